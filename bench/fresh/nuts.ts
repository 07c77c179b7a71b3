/** The first run of NUTS in this process: the name of a subject, and a seed. */
import { hostKey, nuts } from "fluvial";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { densityOf } from "../../src/infer/densityOf.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { leastEss } from "../essOf.ts";
import { cpuSeconds } from "../figure.ts";
import { bind, logisticSubject, schoolsSubject } from "../subjects.ts";

export interface FirstRun {
  readonly engine: string;
  /** CPU seconds from the model and its data to a gradient that can be called. */
  readonly compiling: number;
  /** CPU seconds of the chains, warm-up included. */
  readonly sampling: number;
  /** The smallest bulk ESS. */
  readonly ess: number;
}

const [name, seed] = process.argv.slice(2);
const subject = [schoolsSubject, logisticSubject].find((one) => one.name === name);
if (subject === undefined) throw new Error(`no subject ${name}`);
const engine = compiledEngine("f64");
const began = cpuSeconds();
const { conditioned, values } = bind(engine, subject);
const density = engine.gradient(densityOf(conditioned), conditioned.size, values);
const compiled = cpuSeconds();
const result = await chains(density, hostKey(Number(seed)), { kernel: nuts().kernel });
const sampling = cpuSeconds() - compiled;
const ess = leastEss(engine, conditioned, values, result);
const report: FirstRun = { engine: engine.name, compiling: compiled - began, sampling, ess };
console.log(JSON.stringify(report));
