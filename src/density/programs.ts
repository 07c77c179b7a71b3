import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { foldHostKey, type HostKey } from "../core/key.ts";
import { hostValues, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import { inversionErrors, lipschitzConstants } from "../flows/lipschitz.ts";
import { normal, split } from "../ops/random.ts";
import type { Bijection } from "../transforms/transform.ts";
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
  /** Noise that rows become, and rows that noise becomes, [rows × size]: of flows without noise of their own. */
  toNoise(parameters: HostParameters, rows: Rows, context: Rows | undefined, key: HostKey): Float64Array;
  toSamples(parameters: HostParameters, noise: Rows, context: Rows | undefined, key: HostKey): Float64Array;
  /** Share and nats of each layer, by `count` draws, given as many rows of context: [layers × 2]. Of continuously indexed flows. */
  indexUse(parameters: HostParameters, count: number, context: Rows | undefined, key: HostKey): Float64Array;
  /** Both Lipschitz constants and the inversion error of each row: [rows × 3]. Of flows without noise of their own. */
  stretching(parameters: HostParameters, rows: Rows, context: Rows | undefined, key: HostKey): Float64Array;
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

/** What goes through a program in slices. */
interface Sliced {
  readonly count: number;
  readonly rows?: Rows;
  readonly context?: Rows;
  readonly key: HostKey;
}

type Program = (params: unknown, inputs: Inputs) => Tensor;

/** log densities of a slice, [n]. */
const densityProgram =
  (learnt: Learnt): Program =>
  (params, { rows, context, key }) => {
    if (learnt.exact) return logDensityOf(learnt, params, rows as Tensor, key, { context });
    const [forEntry, forFlow] = split(key, 2);
    return logDensityOf(learnt, params, rows as Tensor, forEntry, { context, key: forFlow, exactly: true });
  };

/** Draws on the scale of a program, [length, size]. */
const drawProgram =
  (learnt: Learnt, length: number): Program =>
  (params, { key, context }) =>
    learnt.entry.outOf(drawFrom(learnt, params, key, length, context).value);

/** Noise of rows, and rows of noise, [n, size]. */
const noiseProgram =
  (learnt: Learnt): Program =>
  (params, { rows, context, key }) =>
    learnt.toNoise(params, learnt.entry.into(rows as Tensor, key).value, { context }).value;
const samplesProgram =
  (learnt: Learnt): Program =>
  (params, { rows, context }) =>
    learnt.entry.outOf(learnt.fromNoise(params, rows as Tensor, { context }).value);

/** Both Lipschitz constants and the inversion error, [n, 3]. */
const stretchProgram =
  (learnt: Learnt): Program =>
  (params, { rows, context, key }) => {
    const map = learnt.map?.(params, context) as Bijection;
    const { value } = learnt.entry.into(rows as Tensor, key);
    const { forward, inverse } = lipschitzConstants(map, value);
    return tf.stack([forward, inverse, inversionErrors(map, value)], -1);
  };

/** Share and nats of each layer, [layers, 2]. */
const indexProgram =
  (learnt: Learnt, who: string, count: number): Program =>
  (params, { context, key }) => {
    const [forNoise, forFlow] = split(key, 2);
    const noise = normal(forNoise, [count, learnt.size]);
    const use = learnt.indexUse?.(params, noise, { context, key: forFlow });
    return use ? tf.stack([use.share, use.nats], -1) : fail(`indexUse: expected a density of cif, got one of ${who}`);
  };

/** The programs of a flow, compiled when they are first called and kept. */
export const programsOf = (who: string, engine: Engine, learnt: Learnt): Programs => {
  const { entry, size } = learnt;
  const place = placeIn(who, engine, learnt);
  const known = new Map<string, Program>();
  const compiled = (name: string, program: Program): Program => {
    const made = known.get(name) ?? engine.compile(program);
    known.set(name, made);
    return made;
  };
  const inputsOf = ({ rows, context, key }: Sliced, slice: number, from: number, length: number): Inputs => ({
    key: engine.tensor(foldHostKey(key, slice), [2], "int") as Key,
    ...(rows && { rows: tensorOfRows(engine, sliceOf(rows, from, length)) }),
    ...(context && { context: tensorOfRows(engine, sliceOf(context, from, length)) }),
  });
  /** A program over all slices: `width` numbers a row. */
  const over = (
    parameters: HostParameters,
    sliced: Sliced,
    length: number,
    width: number,
    program: Program,
  ): Float64Array =>
    using({ params: place(parameters) }, ({ params }) =>
      inSlices(sliced.count, length, width, (from, slice) =>
        using(inputsOf(sliced, slice, from, length), (inputs) => program(params, inputs)),
      ),
    );
  const besides = (context: Rows | undefined) => context && { context: entry.context(context) };
  const through = (rows: Rows, context: Rows | undefined, key: HostKey): Sliced => ({
    count: rows.count,
    rows: { ...rows, values: entry.rows(rows) },
    ...besides(context),
    key,
  });
  return {
    logProb: (parameters, rows, context, key) => {
      const program = compiled("density", densityProgram(learnt));
      const length = sliceRows(learnt, rows.count);
      return over(parameters, through(rows, context, key), length, 1, program).map((each) => each + entry.logScale);
    },
    sample: (parameters, count, context, key) => {
      const length = sliceRows(learnt, count);
      const program = compiled(`draw ${length}`, drawProgram(learnt, length));
      return entry.samples(over(parameters, { count, ...besides(context), key }, length, size, program));
    },
    toNoise: (parameters, rows, context, key) => {
      const program = compiled("noise", noiseProgram(learnt));
      return over(parameters, through(rows, context, key), sliceRows(learnt, rows.count), size, program);
    },
    toSamples: (parameters, noise, context, key) => {
      const program = compiled("samples", samplesProgram(learnt));
      const sliced: Sliced = { count: noise.count, rows: noise, ...besides(context), key };
      return entry.samples(over(parameters, sliced, sliceRows(learnt, noise.count), size, program));
    },
    indexUse: (parameters, count, context, key) => {
      const inputs = inputsOf({ count, ...besides(context), key }, 0, 0, count);
      return using({ params: place(parameters), inputs }, (given) => {
        const made = compiled(`index ${count}`, indexProgram(learnt, who, count))(given.params, given.inputs);
        const values = hostValues(made).slice();
        made.dispose();
        return values;
      });
    },
    stretching: (parameters, rows, context, key) => {
      const program = compiled("stretch", stretchProgram(learnt));
      const length = sliceRows({ ...learnt, costly: true }, rows.count);
      return over(parameters, through(rows, context, key), length, 3, program);
    },
  };
};
