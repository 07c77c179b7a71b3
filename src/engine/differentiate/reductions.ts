import { compare, mul, reshape, select, spread } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import type { ReductionOp } from "../graph/ops.ts";
import { flat, type Rule, type Rules, slopes } from "./rule.ts";
import { gatheredLast } from "./views.ts";

/** What a reduction made of x, over x again. */
const spreadBack = (reduced: Node, x: Node, axes: readonly number[]): Node =>
  spread(
    reshape(
      reduced,
      x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
    ),
    x.shape,
  );

/** To every element that is the extreme: of equals, to each in full, as TensorFlow.js does. */
const extreme: Rule<"max" | "min"> = slopes((g, node) => {
  const {
    inputs: [x],
    attributes: { axes },
  } = node;
  return select(compare("equal", x, spreadBack(node, x, axes)), spreadBack(g, x, axes), 0);
});

/** Of every row, the product of the elements before each times that of those after: right where some are 0. */
const productOfOthers = (rows: Node): Node => {
  const axis = rows.shape.length - 1;
  const [before, after] = [false, true].map((reverse) => make("cumprod", [rows], { axis, exclusive: true, reverse }));
  return mul(before, after);
};

const prod: Rule<"prod"> = slopes((g, { inputs: [x], attributes: { axes } }) => {
  const { rows, back } = gatheredLast(x, axes);
  return mul(spreadBack(g, x, axes), back(productOfOthers(rows)));
});

export const reductionRules: Rules<ReductionOp> = {
  sum: slopes((g, { inputs: [x], attributes: { axes } }) => spreadBack(g, x, axes)),
  prod,
  max: extreme as Rule<"max">,
  min: extreme as Rule<"min">,
  any: flat,
  all: flat,
};
