import * as tf from "#tfjs";
import { inPrecision, type Precision } from "../../../src/core/double.ts";
import { fromHost, type Tensor } from "../../../src/core/tensor.ts";
import { leaves } from "../../../src/core/tree.ts";
import type { Graph, Type } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { interpretWithScale } from "../../../src/engine/interpret/scaled/interpret.ts";
import { hasRelaxedSimd } from "../../../src/engine/runtime/simd.ts";
import { trace } from "../../../src/engine/trace/trace.ts";
import { expectAgree } from "../agree.ts";
import { hostOf } from "../trace/both.ts";
import { runCompiled } from "./run.ts";

/** From tensors to a tree of tensors. */
export type Formula = (inputs: Tensor[]) => unknown;

const types: Readonly<Record<string, Type>> = { float32: "real", int32: "int", bool: "bool" };

/** Reals rounded to the precision: both engines are to begin with the same bits. */
const rounded = (inputs: readonly HostArray[], precision: Precision): readonly HostArray[] =>
  precision === "f64"
    ? inputs
    : inputs.map((x) => (x.type === "real" ? { ...x, values: Float32Array.from(x.values) } : x));

const tensorOf = ({ type, shape, values }: HostArray): Tensor =>
  type === "real" ? fromHost(values, shape) : tf.tensor([...values], [...shape], type === "int" ? "int32" : "bool");

/** What the function gives op by op. */
export const runEagerly = (f: Formula, inputs: readonly HostArray[], precision: Precision = "f64"): HostArray[] =>
  inPrecision(precision, () => {
    const results: HostArray[] = [];
    tf.tidy(() => {
      for (const x of leaves(f(rounded(inputs, precision).map(tensorOf))))
        results.push({ type: types[x.dtype], shape: x.shape, values: x.dataSync().slice() as HostArray["values"] });
    });
    return results;
  });

export interface Program {
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
}

/** The function as a graph, with the values of its arguments and of what it captures. */
export const programOf = (f: Formula, inputs: readonly HostArray[], precision: Precision = "f64"): Program => {
  const { graph, captured } = trace(precision, inputs, f);
  const all = [
    ...rounded(inputs, precision),
    ...rounded(
      captured.map(({ tensor }) => hostOf(tensor)),
      precision,
    ),
  ];
  return { graph, inputs: all };
};

/** What the function gives compiled. */
export const runTraced = (f: Formula, inputs: readonly HostArray[], precision: Precision = "f64"): HostArray[] => {
  const program = programOf(f, inputs, precision);
  return runCompiled(program.graph, program.inputs, precision, { relaxed: hasRelaxedSimd() });
};

/**
 * Distances allowed, in units of the scale that `interpretWithScale` carries: the sum of the magnitudes of all terms. A program of a
 * thousand operations stays far below in both precisions.
 */
export const tolerances: Readonly<Record<Precision, number>> = { f64: 1e-12, f32: 1e-5 };

export interface Options {
  readonly precision?: Precision;
  /** In place of that of the precision. */
  readonly tolerance?: number;
  /** Leaves out the eager run, of what runs for too long op by op. */
  readonly eager?: boolean;
  /** Whether the program is simplified first, as engines do (true): that may exchange NaN with ±∞ where it divides by 0. */
  readonly simplified?: boolean;
}

/** What the interpreter cannot decide still comes out alike in both engines, but for some thousand roundings. */
const decided = (scale: Float64Array, { values }: HostArray): Float64Array =>
  scale.map((s, at) => (s === Number.POSITIVE_INFINITY ? 1e3 * (1 + Math.abs(values[at])) : s));

/**
 * Holds what a function gives compiled against the reference interpreter and against the eager engine. Gives the compiled results,
 * and how many of their elements were passed over, since a decision on the way might have gone either way.
 */
export const expectEnginesAgree = (
  name: string,
  f: Formula,
  inputs: readonly HostArray[],
  { precision = "f64", tolerance = tolerances[precision], eager = true, simplified = true }: Options = {},
): { readonly results: readonly HostArray[]; readonly undecided: number } => {
  const { graph, inputs: all } = programOf(f, inputs, precision);
  const expected = interpretWithScale(graph, all, precision);
  const results = runCompiled(graph, all, precision, { simplified, relaxed: hasRelaxedSimd() });
  const op = eager ? runEagerly(f, inputs, precision) : [];
  let undecided = 0;
  expected.forEach(({ value, scale }, i) => {
    const who = `${name}: output ${i}, compiled and`;
    undecided += expectAgree(results[i], value, scale, tolerance, `${who} interpreted`);
    if (eager) expectAgree(results[i], op[i], decided(scale, op[i]), tolerance, `${who} eager`);
  });
  return { results, undecided };
};
