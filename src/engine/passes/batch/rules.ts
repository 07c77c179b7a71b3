import { make, type Node, placeholder } from "../../graph/node.ts";
import {
  type Attributes,
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  type ReductionOp,
  reductionOps,
  specialBinaryOps,
  unaryOps,
} from "../../graph/ops.ts";
import { type Batching, each, type Lifted } from "./lifted.ts";
import { batchGather, batchMatmul, batchScatterAdd, batchTriangularSolve } from "./products.ts";

/** Ops with results of their own kind, or none that could depend on a draw. */
export type Special = "input" | "constant" | "scan" | "loop" | "part";

type Rule<O extends Op> = (node: Node<O>, operands: readonly Lifted[], batching: Batching) => Node;

/** The same op on operands that all have the leading axis, its attributes changed to leave that alone. */
const over =
  <O extends Op>(change: (attributes: Attributes[O], count: number) => Attributes[O]): Rule<O> =>
  ({ op, attributes }, operands, { across, count }) =>
    make(op, operands.map(across), change(attributes, count));

/** Ops that treat leading axes as a batch already. */
const asItIs: Rule<Op> = over((attributes) => attributes);

const table = <K extends readonly Op[], R>(ops: K, rule: R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((op) => [op, rule])) as { [O in K[number]]: R };

const next = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);
const axesOn = <A extends { readonly axes: readonly number[] }>(attributes: A): A => ({
  ...attributes,
  axes: next(attributes.axes),
});
const axisOn = <A extends { readonly axis: number }>(attributes: A): A => ({
  ...attributes,
  axis: attributes.axis + 1,
});

/** The value batched; its rule is the one-draw rule, written out on placeholders and batched when it is wanted. */
const custom: Rule<"custom"> = ({ attributes, inputs }, operands, { across, lift, start }) => {
  const reverse: Attributes["custom"]["reverse"] = (gradient, given) => {
    const all = [gradient, ...given];
    const one = all.map(({ type, shape }, i) => placeholder(i, type, shape.slice(1)));
    const slopes = attributes.reverse(one[0], one.slice(1));
    const known = slopes.filter((slope) => slope !== undefined);
    const lifted = lift(known, new Map([...start, ...one.map((node, i) => [node, each(all[i])] as const)]));
    const found = new Map(known.map((slope, i) => [slope, across(lifted[i])]));
    return slopes.map((slope) => slope && found.get(slope));
  };
  return make(
    "custom",
    inputs.map((_, i) => across(operands[i])),
    { reverse },
  );
};

/** How each op goes over draws. Results are those of the one-draw op on each draw by itself, bit for bit. */
export const rules: { readonly [O in Exclude<Op, Special>]: Rule<O> } = {
  ...table(unaryOps, asItIs),
  ...table(binaryOps, asItIs),
  ...table(specialBinaryOps, asItIs),
  ...table(comparisonOps, asItIs),
  ...table(logicalOps, asItIs),
  ...table(reductionOps, over<ReductionOp>(axesOn)),
  polygamma: asItIs,
  special: asItIs,
  not: asItIs,
  select: asItIs,
  cast: asItIs,
  alias: asItIs,
  stop: asItIs,
  custom,
  reshape: over(({ shape }, count) => ({ shape: [count, ...shape] })),
  transpose: over(({ order }) => ({ order: [0, ...next(order)] })),
  broadcast: over(({ shape }, count) => ({ shape: [count, ...shape] })),
  slice: over(({ begin, strides, shape }, count) => ({
    begin: [0, ...begin],
    strides: [1, ...strides],
    shape: [count, ...shape],
  })),
  reverse: over(axesOn),
  pad: over(({ before, after, value }) => ({ before: [0, ...before], after: [0, ...after], value })),
  concat: over(axisOn),
  gather: batchGather,
  scatterAdd: batchScatterAdd,
  argMax: over(axisOn),
  argMin: over(axisOn),
  cumsum: over(axisOn),
  cumprod: over(axisOn),
  matmul: batchMatmul,
  cholesky: asItIs,
  lu: asItIs,
  triangularSolve: batchTriangularSolve,
  split: asItIs,
  fold: asItIs,
  uniform: asItIs,
  normal: asItIs,
  gammaDraw: asItIs,
  logGammaDraw: asItIs,
  poissonDraw: asItIs,
  binomialDraw: asItIs,
};
