import type { Tensor } from "../../src/core/tensor.ts";
import { affineMonotone } from "../../src/transforms/monotone/affine.ts";
import { integral } from "../../src/transforms/monotone/integral.ts";
import { leakyRelu } from "../../src/transforms/monotone/leakyRelu.ts";
import type { Monotone } from "../../src/transforms/monotone/monotone.ts";
import { piecewiseLinear } from "../../src/transforms/monotone/piecewiseLinear.ts";
import { rationalQuadratic } from "../../src/transforms/monotone/rationalQuadratic.ts";
import { sigmoidMixture } from "../../src/transforms/monotone/sigmoidMixture.ts";
import { sumOfSquares } from "../../src/transforms/monotone/sumOfSquares.ts";

/** What the contract of monotone maps needs to know of a member. */
export interface MonotoneRow {
  readonly monotone: Monotone;
  /** How far from x it may lie at its start, for |x| ≤ 3: 0 but for rounding, unless said. */
  readonly start?: number;
  /** Whether its slope, or the slope's slope, jumps. */
  readonly corners?: boolean;
}

/** log g(t) = a tanh(t + b): as plain as a network can be. */
const bend = integral({
  logIntegrand: ([a, b]) => {
    const [rise, shift]: Tensor[] = [a.expandDims(-1), b.expandDims(-1)];
    return (t) => t.add(shift).tanh().mul(rise);
  },
  count: 2,
  nodes: 40,
  bound: 5,
});

export const monotones: Readonly<Record<string, MonotoneRow>> = {
  affine: { monotone: affineMonotone },
  "leaky ReLU": { monotone: leakyRelu, corners: true },
  "piecewise linear, 1 bin": { monotone: piecewiseLinear(1, 3), corners: true },
  "piecewise linear, 8 bins": { monotone: piecewiseLinear(8, 5), corners: true },
  "rational-quadratic, 5 bins": { monotone: rationalQuadratic(5, 4), corners: true },
  "sigmoid mixture, 1 unit": { monotone: sigmoidMixture(1) },
  "sigmoid mixture, 8 units": { monotone: sigmoidMixture(8), start: 0.25 },
  "sum of squares, degree 1": { monotone: sumOfSquares(1, 1, 5), corners: true },
  "sum of squares, 2 of degree 4": { monotone: sumOfSquares(2, 4, 5), corners: true },
  integral: { monotone: bend, corners: true },
};
