import type { Key } from "../core/key.ts";
import { foldHostKey, type HostKey } from "../core/key.ts";
import { hostValues, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import { split } from "../ops/random.ts";
import { drawFrom, type Learnt, logDensityOf } from "./learnt.ts";
import { type HostParameters, placeIn } from "./parameters.ts";
import type { Rows } from "./samples.ts";
import { sliceOf, sliceRows, tensorOfRows } from "./slices.ts";

/** What a density computes, on the host: slices of rows go through compiled programs, so that memory stays bounded. */
export interface Programs {
  /** Nats, on the samples' own scale; [rows]. The key is for what enters with noise. */
  logProb(parameters: HostParameters, rows: Rows, context: Rows | undefined, key: HostKey): Float64Array;
  /** [count × size], on the samples' own scale. */
  sample(parameters: HostParameters, count: number, context: Rows | undefined, key: HostKey): Float64Array;
}

/** One slice after another: what a program gives for each, less what was only there to fill the last. */
const inSlices = (
  count: number,
  length: number,
  width: number,
  run: (from: number, slice: number) => Tensor,
): Float64Array => {
  const all = new Float64Array(count * width);
  for (let from = 0, slice = 0; from < count; from += length, slice++) {
    const made = run(from, slice);
    const values = hostValues(made);
    made.dispose();
    all.set(values.subarray(0, Math.min(length, count - from) * width), from * width);
  }
  return all;
};

/** Runs f on tensors and disposes of them. */
const using = <T extends object, R>(tensors: T, f: (tensors: T) => R): R => {
  try {
    return f(tensors);
  } finally {
    disposeTree(tensors);
  }
};

interface Inputs {
  readonly key: Key;
  readonly rows?: Tensor;
  readonly context?: Tensor;
}

/** The programs of a flow, compiled when they are first called and kept. */
export const programsOf = (who: string, engine: Engine, learnt: Learnt): Programs => {
  const place = placeIn(who, engine, learnt);
  const logProb = engine.compile((params: unknown, { rows, context, key }: Inputs) => {
    if (learnt.exact) return logDensityOf(learnt, params, rows as Tensor, key, { context });
    const [forEntry, forFlow] = split(key, 2);
    return logDensityOf(learnt, params, rows as Tensor, forEntry, { context, key: forFlow });
  });
  const samplers = new Map<number, (params: unknown, inputs: Inputs) => Tensor>();
  const samplerOf = (length: number): ((params: unknown, inputs: Inputs) => Tensor) => {
    const known =
      samplers.get(length) ??
      engine.compile((params: unknown, { key, context }: Inputs) =>
        learnt.entry.outOf(drawFrom(learnt, params, key, length, context).value),
      );
    samplers.set(length, known);
    return known;
  };
  const inputsOf = (
    key: HostKey,
    slice: number,
    from: number,
    length: number,
    rows: Rows | undefined,
    context: Rows | undefined,
  ): Inputs => ({
    key: engine.tensor(foldHostKey(key, slice), [2], "int") as Key,
    ...(rows && { rows: tensorOfRows(engine, sliceOf(rows, from, length)) }),
    ...(context && { context: tensorOfRows(engine, sliceOf(context, from, length)) }),
  });
  return {
    logProb: (parameters, rows, context, key) =>
      using({ params: place(parameters) }, ({ params }) => {
        const { entry } = learnt;
        const length = sliceRows(learnt, rows.count);
        const entering = { ...rows, values: entry.rows(rows) };
        return inSlices(rows.count, length, 1, (from, slice) =>
          using(inputsOf(key, slice, from, length, entering, context), (inputs) => logProb(params, inputs)),
        ).map((value) => value + entry.logScale);
      }),
    sample: (parameters, count, context, key) =>
      using({ params: place(parameters) }, ({ params }) => {
        const length = sliceRows(learnt, count);
        const run = samplerOf(length);
        return learnt.entry.samples(
          inSlices(count, length, learnt.size, (from, slice) =>
            using(inputsOf(key, slice, from, length, undefined, context), (inputs) => run(params, inputs)),
          ),
        );
      }),
  };
};
