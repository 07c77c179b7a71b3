import * as tf from "#tfjs";
import { sizeOf } from "../../../core/shape.ts";
import { cast, div, exp, reduce, reduceKeeping, sub, toReal } from "../../graph/build.ts";
import { make, type Node } from "../../graph/node.ts";
import type { ReductionOp } from "../../graph/ops.ts";
import { type Lowering, type Lowerings, lower } from "../lowering.ts";

type Axis = number | number[];

export const axesOf = (axis: Axis, { shape }: Node): number[] => tf.util.parseAxisParam(axis, [...shape]);

const over = (op: ReductionOp, x: Node, axes: readonly number[], keepDims: boolean): Node =>
  (keepDims ? reduceKeeping : reduce)(op, x, axes);

/** tfjs sums bools as ints. */
const countable = (x: Node): Node => (x.type === "bool" ? cast(x, "int") : x);

const reduction = (op: ReductionOp, prepare: (x: Node) => Node): Lowering =>
  lower<tf.SumAttrs>(({ x }, { axis, keepDims }) => over(op, prepare(x), axesOf(axis, x), keepDims));

const extreme = (op: "max" | "min", ofBools: "any" | "all", axisName: "reductionIndices" | "axis"): Lowering =>
  lower<{ reductionIndices: Axis; axis: Axis; keepDims: boolean }>(({ x }, attributes) =>
    over(x.type === "bool" ? ofBools : op, x, axesOf(attributes[axisName], x), attributes.keepDims),
  );

const mean = (x: Node, axes: readonly number[], keepDims: boolean): Node => {
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  const total = over("sum", toReal(x), axes, keepDims);
  return count === 0 ? total : div(total, count);
};

const index = (op: "argMax" | "argMin"): Lowering =>
  lower<tf.ArgMaxAttrs>(({ x }, { axis }) => make(op, [countable(x)], { axis: axesOf(axis, x)[0] }));

const cumulative = (op: "cumsum" | "cumprod"): Lowering =>
  lower<tf.CumsumAttrs>(({ x }, { axis, exclusive, reverse }) =>
    make(op, [countable(x)], { axis: axesOf(axis, x)[0], exclusive, reverse }),
  );

/** x − max x along an axis; the maximum is a constant to the gradient, which does not depend on it. */
const shifted = (x: Node, axis: number): Node => sub(x, make("stop", [reduceKeeping("max", x, [axis])], {}));

const total = (x: Node, axis: number): Node => reduceKeeping("sum", x, [axis]);

const softmax = (x: Node, axis: number): Node => {
  const weights = exp(shifted(x, axis));
  return div(weights, total(weights, axis));
};

export const reductions: Lowerings = {
  Sum: reduction("sum", countable),
  Prod: reduction("prod", countable),
  Any: reduction("any", (x) => cast(x, "bool")),
  All: reduction("all", (x) => cast(x, "bool")),
  Max: extreme("max", "any", "reductionIndices"),
  Min: extreme("min", "all", "axis"),
  Mean: lower<tf.MeanAttrs>(({ x }, { axis, keepDims }) => mean(x, axesOf(axis, x), keepDims)),
  ArgMax: index("argMax"),
  ArgMin: index("argMin"),
  Cumsum: cumulative("cumsum"),
  Cumprod: cumulative("cumprod"),
  Softmax: lower<tf.SoftmaxAttrs>(({ logits }, { dim }) => softmax(toReal(logits), axesOf(dim, logits)[0])),
};
