import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Node } from "../graph/node.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Op,
  reductionOps,
  specialBinaryOps,
  unaryOps,
} from "../graph/ops.ts";
import { arrayOf, type HostArray } from "./array.ts";
import { doubles, eliminate, factor, multiply, overBatch, pivotingDoubles, solve } from "./linear.ts";
import * as random from "./random.ts";
import { bestAlong, cumulate, reduce, scatterAdd } from "./reductions.ts";
import type { StructuralOp } from "./run.ts";
import { type ElementwiseOp, scalarFunctionOf } from "./scalar.ts";
import { fillOf, originOf, type ViewOp } from "./views.ts";

type Rule<O extends Op> = (node: Node<O>, operands: readonly HostArray[], precision: Precision) => HostArray;

const table = <K extends readonly Op[], R>(ops: K, rule: R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((op) => [op, rule])) as { [O in K[number]]: R };

const elementwise = (node: Node<ElementwiseOp>, operands: readonly HostArray[], precision: Precision): HostArray => {
  const f = scalarFunctionOf(node);
  return arrayOf(node, precision, (at) => f(...operands.map(({ values }) => values[at])));
};

const view = (node: Node<ViewOp>, operands: readonly HostArray[], precision: Precision): HostArray => {
  const origin = originOf(node, operands);
  const fill = fillOf(node);
  return arrayOf(node, precision, (flat) => {
    const from = origin(flat);
    return from === undefined ? fill : operands[from.operand].values[from.at];
  });
};

const draw: Rule<random.DrawOp> = (node, [key, ...parameters], precision) => {
  const make = random.drawAt(node, key, precision);
  return arrayOf(node, precision, (at) =>
    make(
      at,
      parameters.map(({ values }) => values[at]),
    ),
  );
};

const listed = (made: readonly number[], node: Node, precision: Precision): HostArray =>
  arrayOf(node, precision, (at) => made[at]);

const matmul: Rule<"matmul"> = (node, [a, b], precision) => {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const count = sizeOf(a.shape.slice(0, -2));
  const product = overBatch([Array.from(a.values), Array.from(b.values)], [m * k, k * n], count, (x, y) =>
    multiply(doubles, x, y, [m, k, n]),
  );
  return listed(product, node, precision);
};

const cholesky: Rule<"cholesky"> = (node, [a], precision) => {
  const n = a.shape[a.shape.length - 1];
  const count = sizeOf(a.shape.slice(0, -2));
  return listed(
    overBatch([Array.from(a.values)], [n * n], count, (x) => factor(doubles, x, n)),
    node,
    precision,
  );
};

const lu: Rule<"lu"> = (node, [a], precision) => {
  const n = a.shape[a.shape.length - 1];
  const count = sizeOf(a.shape.slice(0, -2));
  return listed(
    overBatch([Array.from(a.values)], [n * n], count, (x) => eliminate(pivotingDoubles, x, n)),
    node,
    precision,
  );
};

const triangularSolve: Rule<"triangularSolve"> = (node, [t, b], precision) => {
  const [n, k] = b.shape.slice(-2);
  const count = sizeOf(b.shape.slice(0, -2));
  const solved = overBatch([Array.from(t.values), Array.from(b.values)], [n * n, n * k], count, (x, y) =>
    solve(doubles, x, y, [n, k], node.attributes),
  );
  return listed(solved, node, precision);
};

const rules: { readonly [O in Exclude<Op, StructuralOp>]: Rule<O> } = {
  ...table(unaryOps, elementwise),
  ...table(binaryOps, elementwise),
  ...table(specialBinaryOps, elementwise),
  ...table(comparisonOps, elementwise),
  ...table(logicalOps, elementwise),
  polygamma: elementwise,
  special: elementwise,
  not: elementwise,
  ...table(reductionOps, (node: Node<(typeof reductionOps)[number]>, [x]: readonly HostArray[], precision: Precision) =>
    reduce(node, x, precision),
  ),
  constant: (node, _, precision) => arrayOf(node, precision, (at) => node.attributes.values[at]),
  select: (node, [condition, yes, no], precision) =>
    arrayOf(node, precision, (at) => (condition.values[at] === 0 ? no : yes).values[at]),
  cast: (node, [x], precision) =>
    arrayOf(node, precision, (at) => (node.type === "bool" ? Number(x.values[at] !== 0) : x.values[at])),
  alias: view,
  stop: view,
  custom: view,
  reshape: view,
  transpose: view,
  broadcast: view,
  slice: view,
  reverse: view,
  pad: view,
  concat: view,
  gather: view,
  scatterAdd: (node, [updates, indices], precision) => scatterAdd(node, updates, indices, precision),
  argMax: (node, [x], precision) => bestAlong(node, x, precision, (a, best) => a > best),
  argMin: (node, [x], precision) => bestAlong(node, x, precision, (a, best) => a < best),
  cumsum: (node, [x], precision) => cumulate(node, "sum", x, precision),
  cumprod: (node, [x], precision) => cumulate(node, "prod", x, precision),
  matmul,
  cholesky,
  lu,
  triangularSolve,
  split: (node, [key]) => random.split(node, key),
  fold: (node, [key, index]) => random.fold(node, key, index),
  uniform: (node, [key], precision) => random.fill(node, key, precision),
  normal: (node, [key], precision) => random.fill(node, key, precision),
  gammaDraw: draw,
  logGammaDraw: draw,
  poissonDraw: draw,
  binomialDraw: draw,
};

const ruleOf = <O extends Exclude<Op, StructuralOp>>(op: O): Rule<O> => rules[op];

/** The value of one node that is neither an input nor about regions. */
export const evaluatePlain = (node: Node, operands: readonly HostArray[], precision: Precision): HostArray =>
  ruleOf(node.op as Exclude<Op, StructuralOp>)(node as never, operands, precision);
