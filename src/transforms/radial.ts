import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";
import type { Bijection } from "./transform.ts";

/** centre [size]; reach and pull are scalars without bounds; or, each row of a batch its own: [...batch, size] and [...batch]. */
export interface RadialParameters {
  readonly centre: Tensor;
  readonly reach: Scalar | Tensor;
  readonly pull: Scalar | Tensor;
}

/** Squared radii below this are taken for it: the slope of a radius has no direction at 0. */
const least = 1e-24;

/** The r of r (1 + β/(α + r)) = R, the positive root of r² + (α + β − R) r − α R, formed so that nothing cancels. */
const radiusBefore = (after: Tensor, alpha: Tensor, lift: Tensor): Tensor => {
  const gap = after.sub(lift);
  const root = gap.square().add(alpha.mul(after).mul(4)).sqrt();
  const out = gap.greater(0);
  const near = alpha
    .mul(after)
    .mul(2)
    .div(root.sub(tf.where(out, tf.zerosLike(gap), gap)));
  return tf.where(out, gap.add(root).mul(0.5), near);
};

/**
 * x + β (x − x₀)/(α + r), r = ‖x − x₀‖, x [..., size]; α = softplus(reach), β = softplus(pull + reach) − α > −α, which makes the map
 * invertible, by a quadratic equation in r; pull = 0 is the identity. Rezende & Mohamed 2015, eq. 14 and appendix A.2.
 */
export const radialMap = ({ centre, reach, pull }: RadialParameters): Bijection => {
  const alpha = softplus(reach);
  const lift = softplus(pull.add(reach)); // α + β
  const lengthOf = (away: Tensor): Tensor => away.square().sum(-1).add(least).sqrt();
  // 1 + βh and 1 + βh + βh′r as sums of positive terms: they stay above 0 where β rounds to −α.
  const logDetAt = (radius: Tensor, size: number): Tensor => {
    const h = radius.add(alpha).reciprocal();
    const across = radius.add(lift).mul(h);
    const along = radius.add(alpha.mul(2)).mul(radius).add(alpha.mul(lift)).mul(h.square());
    return across
      .log()
      .mul(size - 1)
      .add(along.log());
  };
  return {
    rank: 1,
    forward: (x) => {
      const away = x.sub(centre);
      const radius = lengthOf(away);
      const grown = lift.sub(alpha).div(radius.add(alpha));
      return {
        value: x.add(away.mul(grown.expandDims(-1))),
        logDet: logDetAt(radius, x.shape[x.shape.length - 1]),
      };
    },
    inverse: (y) => {
      const away = y.sub(centre);
      const radius = radiusBefore(lengthOf(away), alpha, lift);
      const shrunk = radius.add(alpha).div(radius.add(lift));
      return {
        value: away.mul(shrunk.expandDims(-1)).add(centre),
        logDet: logDetAt(radius, y.shape[y.shape.length - 1]).neg(),
      };
    },
    domain: (shape) => shape,
  };
};
