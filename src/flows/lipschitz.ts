import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { gradient } from "../ops/gradient.ts";
import { inverse } from "../ops/matrices.ts";
import { scan } from "../ops/scan.ts";
import { logSpectralNorm } from "../ops/spectralNorm.ts";
import type { Bijection, Transform } from "../transforms/transform.ts";

/** Small enough that a singular value is exact to rounding. */
const exactly = 1e-15;

/** The Jacobians of a map of vectors at x [n, size]: [n, size, size], ∂ value_i/∂ x_j in row i and column j. `size` gradients. */
export const jacobians = (map: Transform, x: Tensor): Tensor => {
  const size = x.shape[x.rank - 1];
  const row = (state: Tensor, unit: Tensor): readonly [Tensor, Tensor] => [
    state,
    gradient((at: Tensor) => map.forward(at).value.mul(unit).sum() as Scalar)(x).gradient,
  ];
  const [, rows] = scan(row, tf.scalar(0) as Tensor, tf.eye(size) as Tensor);
  return rows.transpose([1, 0, 2]);
};

/** Singular values of a map's Jacobian at each of n points, [n]. */
export interface LocalLipschitz {
  /** The largest one: how much the map stretches there, at the most. */
  readonly forward: Tensor;
  /** The largest one of the inverse map's Jacobian where the point goes to: how much the inverse stretches. */
  readonly inverse: Tensor;
}

/**
 * How much a map and its inverse stretch space near each of the points x [n, size]. Their maxima over points are lower bounds on the
 * two Lipschitz constants; where a density is to fit a set with holes or several components, one of the two must grow without bound
 * (Cornish, Caterini, Deligiannidis & Doucet 2020). From `size` gradients, and squarings of the Jacobians: exact to rounding.
 * An inverse's constant loses digits as the product of the two grows, and is ∞ or NaN where the Jacobian is singular to rounding.
 */
export const lipschitzConstants = (map: Transform, x: Tensor): LocalLipschitz => {
  const all = jacobians(map, x);
  return {
    forward: logSpectralNorm(all, exactly).exp(),
    inverse: logSpectralNorm(inverse(all), exactly).exp(),
  };
};

/** How far inverse(forward(x)) lies from x at its farthest coordinate, of points x [n, size]: [n]. Behrmann, Vicol, Wang, Grosse & Jacobsen 2021. */
export const inversionErrors = (map: Bijection, x: Tensor): Tensor =>
  map.inverse(map.forward(x).value).value.sub(x).abs().max(-1);
