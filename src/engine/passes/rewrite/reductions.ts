/** Sums and the like: fewer, smaller, in the order in which their operand lies. */
import { range } from "../../../core/shape.ts";
import { add, div, full, mul, neg, reduce, reshape, spread, sub, transpose } from "../../graph/build.ts";
import { is, type Node } from "../../graph/node.ts";
import type { ReductionOp } from "../../graph/ops.ts";
import { groupsOf, numberOf, type Rule, spreadAxes } from "./look.ts";

type Reduction = Rule<ReductionOp>;

export const reduceTrivial: Reduction = ({ op, shape, attributes: { axes }, inputs: [x] }) => {
  const long = axes.filter((axis) => x.shape[axis] !== 1);
  return long.length < axes.length ? reshape(reduce(op, x, long), shape) : undefined;
};

export const reduceReduce: Reduction = ({ op, attributes: { axes }, inputs: [x] }) => {
  if (!is(x, op)) return undefined;
  const first = (x as Node<ReductionOp>).attributes.axes;
  const left = range(x.inputs[0].shape.length).filter((axis) => !first.includes(axis));
  return reduce(op, x.inputs[0], [...first, ...axes.map((axis) => left[axis])]);
};

/** The reduction of the tensor under a reshape, where that keeps the reduced axes apart from the others. */
export const reduceReshape: Reduction = ({ op, shape, attributes: { axes }, inputs: [x] }) => {
  if (!is(x, "reshape")) return undefined;
  const [under] = x.inputs;
  const found: number[] = [];
  for (const { from, to } of groupsOf(under.shape, x.shape) ?? [{ from: [], to: [-1] }]) {
    if (to[0] === -1) return undefined;
    const kinds = new Set(to.filter((axis) => x.shape[axis] !== 1).map((axis) => axes.includes(axis)));
    if (kinds.size > 1) return undefined;
    if (kinds.has(true)) found.push(...from);
  }
  return reshape(reduce(op, under, found), shape);
};

export const reduceTranspose: Reduction = ({ op, attributes: { axes }, inputs: [x] }) => {
  if (!is(x, "transpose")) return undefined;
  const { order } = x.attributes;
  const reduced = axes.map((axis) => order[axis]);
  const left = order.filter((axis) => !reduced.includes(axis));
  const rank = (axis: number): number => left.filter((other) => other < axis).length;
  return transpose(reduce(op, x.inputs[0], reduced), left.map(rank));
};

/** Splits the axes of a reduction into those along which its operand repeats, how often in all, and the others. */
const repeats = (x: Node, axes: readonly number[]): { readonly count: number; readonly rest: readonly number[] } => {
  const repeated = spreadAxes(x);
  const along = axes.filter((axis) => repeated[axis]);
  return {
    count: along.reduce((count, axis) => count * x.shape[axis], 1),
    rest: axes.filter((axis) => !repeated[axis]),
  };
};

/** A broadcast whose reduced repeated axes are left at length 1. */
const unrepeated = (x: Node, axes: readonly number[]): Node => {
  const repeated = spreadAxes(x);
  return spread(
    x.inputs[0],
    x.shape.map((n, axis) => (repeated[axis] && axes.includes(axis) ? 1 : n)),
  );
};

/** Of a number repeated n times: n times the number, or, of a largest and the like, the number. */
export const reduceBroadcast: Reduction = ({ op, shape, attributes: { axes }, inputs: [x] }) => {
  const { count, rest } = repeats(x, axes);
  if (rest.length === axes.length || count === 0 || op === "prod") return undefined;
  const small = reshape(reduce(op, unrepeated(x, axes), rest), shape);
  return op === "sum" ? mul(small, full(count, [], small.type)) : small;
};

export const sumNegative: Rule<"sum"> = ({ attributes: { axes }, inputs: [x] }) =>
  is(x, "neg") ? neg(reduce("sum", x.inputs[0], axes)) : undefined;

/** Whether it repeats along every axis of a reduction that is longer than 1. */
const isFactor = (x: Node, axes: readonly number[]): boolean => {
  const repeated = spreadAxes(x);
  return axes.every((axis) => repeated[axis] && x.shape[axis] > 0);
};

/** A number that is written in the program, neither 0 nor infinite nor NaN. */
const isPlainNumber = (x: Node): boolean => {
  const value = numberOf(x);
  return value !== undefined && value !== 0 && Number.isFinite(value);
};

/** Σ c·x = c·Σx and Σ x/c = (Σx)/c, of numbers c alone: a computed one may be 0 or ±∞, where NaN and ±∞ would change places. */
export const sumScaled: Rule<"sum"> = ({ shape, attributes: { axes }, inputs: [x] }) => {
  if (x.type !== "real") return undefined;
  const times = is(x, "mul");
  if (!times && !is(x, "div")) return undefined;
  const at = x.inputs.findIndex(
    (operand, i) => (times || i === 1) && isFactor(operand, axes) && isPlainNumber(operand),
  );
  if (at < 0) return undefined;
  const factor = reshape(unrepeated(x.inputs[at], axes), shape);
  return (times ? mul : div)(reduce("sum", x.inputs[1 - at], axes), factor);
};

/** Σ (x ± c) = Σx ± n·c */
export const sumShifted: Rule<"sum"> = ({ shape, attributes: { axes }, inputs: [x] }) => {
  if (x.type !== "real" || !(is(x, "add") || is(x, "sub"))) return undefined;
  // Of numbers that are written in the program only: where a mean is taken off data far from 0, the digits are in the differences.
  const at = x.inputs.findIndex((operand) => isFactor(operand, axes) && isPlainNumber(operand));
  if (at < 0) return undefined;
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const shift = mul(reshape(unrepeated(x.inputs[at], axes), shape), count);
  const rest = reduce("sum", x.inputs[1 - at], axes);
  return x.op === "add" ? add(rest, shift) : at === 1 ? sub(rest, shift) : sub(shift, rest);
};
