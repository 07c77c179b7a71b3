/** What training holds on to: the name of a case. Run with the collector exposed. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Guide, hostKey, meanField, type Sampler, train } from "fluvial";
import { sizeOf } from "../../src/core/shape.ts";
import { leaves } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { training } from "../step.ts";
import { bind, logisticSubject, schoolsSubject } from "../subjects.ts";
import { images, vae } from "../vaeProblem.ts";

export interface MemoryReport {
  readonly engine: string;
  /** Of the memories of the programs that were made. */
  readonly held: number;
  /** Of parameters, their averages, the optimiser's two moments, and inputs. */
  readonly needed: number;
  /** Growth of the heap and of array buffers over 100 calls, after collection. */
  readonly growth: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const memories: WebAssembly.Memory[] = [];
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

interface Training {
  readonly engine: string;
  readonly precision: "f32" | "f64";
  readonly run: Iterable<unknown> & { params(): unknown };
  readonly inputs: unknown;
}

const ofModel = (subject: typeof schoolsSubject, every: number): Training => {
  const engine = compiledEngine("f64");
  const { conditioned, values } = bind(engine, subject);
  const guide = meanField().for(conditioned.at(values)) as Guide<unknown, Sampler>;
  const run = training(engine, conditioned, values, guide, { draws: 1, every });
  return { engine: engine.name, precision: "f64", run, inputs: values };
};

const ofVae = (every: number): Training => {
  const engine = compiledEngine("f32");
  const inputs = { images: images() };
  const run = train(engine, vae, inputs, hostKey(1), { steps: 1e9, every, rate: 1e-3 });
  return { engine: engine.name, precision: "f32", run, inputs };
};

/** Steps in one of the 101 calls; 1,000 make 100,000 in all. */
const cases: Readonly<Record<string, () => Training>> = {
  "eight-schools": () => ofModel(schoolsSubject, 1_000),
  "logistic-5000x20": () => ofModel(logisticSubject, 1_000),
  vae: () => ofVae(2),
};

const used = (): number => {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const elements = (tree: unknown): number => leaves(tree).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

const { engine, precision, run, inputs } = cases[process.argv[2]]();
memories.length = 0;
const chunks = run[Symbol.iterator]();
for (let call = 0; call < 10; call++) chunks.next();
const before = used();
for (let call = 0; call < 100; call++) chunks.next();
const growth = used() - before;
const held = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
const needed = (precision === "f64" ? 8 : 4) * (4 * elements(run.params()) + elements(inputs));
const report: MemoryReport = { engine, held, needed, growth };
console.log(JSON.stringify(report));
