/** Ops that put elements together along axes. Sums and products are made in double and rounded at the end. */

import type { Precision } from "../../core/double.ts";
import type { Node } from "../graph/node.ts";
import type { ReductionOp } from "../graph/ops.ts";
import { arrayOf, flatOf, type HostArray, indexOf, linesOf, zeroArray } from "./array.ts";
import { intFunctions } from "./scalar.ts";
import { gatheredFrom } from "./views.ts";

interface Fold {
  /** Of no elements at all. */
  readonly start: number;
  readonly step: (sum: number, x: number) => number;
}

const add = (a: number, b: number): number => a + b;
const multiply = (a: number, b: number): number => a * b;

const realFolds: { readonly [O in ReductionOp]: Fold } = {
  sum: { start: 0, step: add },
  prod: { start: 1, step: multiply },
  max: { start: Number.NEGATIVE_INFINITY, step: Math.max },
  min: { start: Number.POSITIVE_INFINITY, step: Math.min },
  any: { start: 0, step: Math.max },
  all: { start: 1, step: Math.min },
};
const intFolds: { readonly [O in ReductionOp]: Fold } = {
  ...realFolds,
  sum: { start: 0, step: intFunctions.add },
  prod: { start: 1, step: intFunctions.mul },
  max: { start: -2147483648, step: Math.max },
  min: { start: 2147483647, step: Math.min },
};

const foldOf = (op: ReductionOp, { type }: HostArray): Fold => (type === "int" ? intFolds : realFolds)[op];

/** NaN where an element is NaN, for maxima and minima too; of no elements, what changes nothing. */
export const reduce = (node: Node<ReductionOp>, x: HostArray, precision: Precision): HostArray => {
  const { start, step } = foldOf(node.op as ReductionOp, x);
  const lines = linesOf(x.shape, node.attributes.axes);
  return arrayOf(node, precision, (line) => lines[line].reduce((sum, at) => step(sum, x.values[at]), start));
};

/** The first element along the axis that `better` prefers to all before it; a NaN is never preferred. */
export const bestAlong = (
  node: Node<"argMax" | "argMin">,
  x: HostArray,
  precision: Precision,
  better: (candidate: number, best: number) => boolean,
): HostArray => {
  const lines = linesOf(x.shape, [node.attributes.axis]);
  const best = (line: readonly number[]): number =>
    line.reduce((found, at, i) => (better(x.values[at], x.values[line[found]]) ? i : found), 0);
  return arrayOf(node, precision, (line) => best(lines[line]));
};

/** Sums or products of the elements up to each one, itself apart where they are exclusive. */
export const cumulate = (
  node: Node<"cumsum" | "cumprod">,
  op: "sum" | "prod",
  x: HostArray,
  precision: Precision,
): HostArray => {
  const { axis, exclusive, reverse } = node.attributes;
  const { start, step } = foldOf(op, x);
  const made = zeroArray(node.type, node.shape, precision);
  for (const line of linesOf(x.shape, [axis])) {
    let sum = start;
    for (const at of reverse ? line.toReversed() : line) {
      const next = step(sum, x.values[at]);
      made.values[at] = exclusive ? sum : next;
      sum = next;
    }
  }
  return made;
};

/** The elements of the updates that each element of the result sums. */
export const scatterLines = (node: Node<"scatterAdd">, updates: HostArray, indices: HostArray): number[][] => {
  const lines = Array.from(zeroArray("bool", node.shape, "f64").values, (): number[] => []);
  const { length, axis } = node.attributes;
  for (let flat = 0; flat < updates.values.length; flat++) {
    const { index } = gatheredFrom(indexOf(flat, updates.shape), node.attributes, indices);
    if (index[axis] >= 0 && index[axis] < length) lines[flatOf(index, node.shape)].push(flat);
  }
  return lines;
};

export const scatterAdd = (
  node: Node<"scatterAdd">,
  updates: HostArray,
  indices: HostArray,
  precision: Precision,
): HostArray => {
  const { start, step } = foldOf("sum", updates);
  const lines = scatterLines(node, updates, indices);
  return arrayOf(node, precision, (at) => lines[at].reduce((sum, from) => step(sum, updates.values[from]), start));
};
