/** The first step of training in this process, with all that must be compiled for it: of mean-field or of the IAF guide. */
import { type Guide, iaf, meanField, type Sampler } from "fluvial";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { cpuSeconds } from "../figure.ts";
import { training } from "../step.ts";
import { bind, schoolsSubject } from "../subjects.ts";

export interface FirstStep {
  readonly engine: string;
  /** CPU milliseconds, and those of the clock. */
  readonly cpu: number;
  readonly wall: number;
}

const guides = { "mean-field": meanField(), iaf: iaf({ layers: 4, hidden: 32 }) };
const spec = guides[process.argv[2] as keyof typeof guides];
const engine = compiledEngine("f64");
const [began, cpuBegan] = [performance.now(), cpuSeconds()];
const { conditioned, values } = bind(engine, schoolsSubject);
const guide = spec.for(conditioned.at(values)) as Guide<unknown, Sampler>;
const run = training(engine, conditioned, values, guide, { draws: 1, every: 1 });
run[Symbol.iterator]().next();
const report: FirstStep = {
  engine: engine.name,
  cpu: 1_000 * (cpuSeconds() - cpuBegan),
  wall: performance.now() - began,
};
console.log(JSON.stringify(report));
