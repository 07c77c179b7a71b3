/** The functions of tfjs's engine that a trace stands in for while it lasts. */
import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { CannotTrace, cannotTrace } from "./cannotTrace.ts";
import { runCustom } from "./customGradient.ts";
import { gradients } from "./gradients.ts";
import { lowerings } from "./kernels/table.ts";
import { isOwn, nodeOf, recording, refuseVariable, tensorOf } from "./recording.ts";

type Named = Readonly<Record<string, Tensor | undefined>>;

const isTensor = (x: unknown): x is Tensor => x instanceof tf.Tensor;

/** Records a kernel's nodes. */
const runKernel = (name: string, given: Named | readonly Tensor[], attributes: unknown = {}): Tensor | Tensor[] => {
  if (!Object.hasOwn(lowerings, name)) cannotTrace(`there is no compiled form of the op ${name}`);
  const entries = Object.entries(given).filter((entry): entry is [string, Tensor] => isTensor(entry[1]));
  const named = Object.fromEntries(entries.map(([key, tensor]) => [key, nodeOf(tensor)]));
  const made = lowerings[name]({ named, list: Object.values(named) }, attributes);
  return Array.isArray(made) ? made.map(tensorOf) : tensorOf(made as Parameters<typeof tensorOf>[0]);
};

const why = "a value is read";
const readSync = (): never => cannotTrace(why);

/** Who asked by a promise may not be waited for: the trace ends with the error. */
const read = (): Promise<never> => {
  recording().refused ??= new CannotTrace(why);
  return new Promise(() => {});
};

/** tfjs looks its functions up on the engine at each call: an own property hides the class's. */
const standIns = (engine: ReturnType<typeof tf.engine>): Readonly<Record<string, unknown>> => {
  const { keep, disposeTensor } = engine;
  return {
    runKernel,
    gradients,
    runKernelFunc: runCustom,
    readSync,
    read,
    readToGPU: readSync,
    keep: (tensor: Tensor): Tensor => {
      recording().kept.push(tensor);
      return keep.call(engine, tensor);
    },
    disposeTensor: (tensor: Tensor): void => {
      if (tensor instanceof tf.Variable && !isOwn(tensor)) refuseVariable(tensor.name);
      disposeTensor.call(engine, tensor);
    },
  };
};

/** The state of the tape, which rests while a trace lasts. */
interface Tape {
  activeTape: unknown;
  gradientDepth: number;
  kernelDepth: number;
}

/** Runs f with the engine recording. */
export const withSeam = <T>(f: () => T): T => {
  const engine = tf.engine();
  const tape = engine.state as unknown as Tape;
  const { activeTape, gradientDepth, kernelDepth } = tape;
  const own = Object.getOwnPropertyDescriptors(engine);
  const replaced = standIns(engine);
  Object.assign(engine, replaced);
  Object.assign(tape, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return f();
  } finally {
    Object.assign(tape, { activeTape, gradientDepth, kernelDepth });
    for (const name of Object.keys(replaced))
      if (Object.hasOwn(own, name)) Object.defineProperty(engine, name, own[name as keyof typeof own]);
      else Reflect.deleteProperty(engine, name);
  }
};
