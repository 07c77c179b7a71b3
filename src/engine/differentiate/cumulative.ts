import { range } from "../../core/shape.ts";
import { add, full, mul, transpose } from "../graph/build.ts";
import { make, type Node, placeholder } from "../graph/node.ts";
import { closeRegion, scan } from "../graph/region.ts";
import { type Rule, type Rules, slopes } from "./rule.ts";
import { inverseOrder } from "./views.ts";

const sumRule: Rule<"cumsum"> = slopes((g, { attributes }) =>
  make("cumsum", [g], { ...attributes, reverse: !attributes.reverse }),
);

/**
 * S_k = Σ_{i ≥ k} g_i Π_{k < j ≤ i} x_j along the leading axis, by S_k = g_k + x_{k+1} S_{k+1}: no division, so that zeros do no
 * harm. Exclusive: S_k = Σ_{i > k} g_i Π_{k < j < i} x_j. From the first element on unless `backwards`.
 */
const products = (g: Node, x: Node, exclusive: boolean, backwards: boolean): Node => {
  const [length, ...rest] = x.shape;
  const [state, here, factor] = range(3).map((i) => placeholder(i, "real", rest));
  const sum = exclusive ? state : add(here, state);
  const next = exclusive ? add(here, mul(factor, state)) : mul(factor, sum);
  const { region, outside } = closeRegion([state, here, factor], [next, sum]);
  const attributes = { body: region, carries: 1, slices: 2, length, backwards };
  return scan([full(0, rest), g, x, ...outside], attributes)[1];
};

/** y_i = Π_{j ≤ i} x_j: the slope in x_k is Π_{j < k} x_j times S_k. */
const productRule: Rule<"cumprod"> = slopes((g, { inputs: [x], attributes }) => {
  const { axis, exclusive, reverse } = attributes;
  const order = [axis, ...range(x.shape.length).filter((other) => other !== axis)];
  const later = products(transpose(g, order), transpose(x, order), exclusive, !reverse);
  const before = make("cumprod", [x], { axis, exclusive: true, reverse });
  return mul(before, transpose(later, inverseOrder(order)));
});

export const cumulativeRules: Rules<"cumsum" | "cumprod"> = { cumsum: sumRule, cumprod: productRule };
