import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { increasingRoot } from "../ops/root.ts";
import { softplus } from "../ops/special.ts";
import type { Bijection, Mapped } from "./transform.ts";

/** softplus(x + identityShift) is 1 at x = 0, so that u = 0 is the identity. */
const identityShift = Math.log(Math.E - 1);

/** Below this ‖w‖² a direction of w means nothing; its square is still above 0 in single precision. */
const least = 1e-18;

/** w, u [size], b a scalar; or, each row of a batch its own: [...batch, size] and [...batch]. */
export interface PlanarParameters {
  readonly w: Tensor;
  readonly u: Tensor;
  readonly b: Scalar | Tensor;
}

/**
 * x + û tanh(wᵀx + b), x [..., size]; û is u moved along w so that wᵀû > −1, which makes the map invertible. The inverse is a root of one
 * variable, wᵀx. Rezende & Mohamed 2015, eq. 10–12 and appendix A.1, with the squared norm of w.
 */
export const planarMap = ({ w, u, b }: PlanarParameters): Bijection => {
  const wu = w.mul(u).sum(-1);
  const lift = softplus(wu.add(identityShift)); // 1 + wᵀû
  // Less 1 as softplus rounds it: at w = 0 nothing is left for the division to enlarge.
  const excess = lift.sub(softplus(tf.scalar(identityShift))).sub(wu);
  const moved = u.add(w.mul(excess.div(w.square().sum(-1).maximum(least)).expandDims(-1)));
  // 1 + (1 − bend²) wᵀû as a sum of positive terms: it stays above 0 where wᵀû rounds to −1.
  const logSlope = (bend: Tensor): Tensor => {
    const flat = bend.square();
    return flat.neg().add(1).mul(lift).add(flat).log();
  };
  const bendAt = (x: Tensor): Tensor => x.mul(w).sum(-1).add(b).tanh();
  /** What becomes of wᵀx. */
  const along = (s: Tensor): Mapped => {
    const bend = s.add(b).tanh();
    return { value: s.add(bend.mul(lift.sub(1))), logDet: logSlope(bend) };
  };
  return {
    rank: 1,
    forward: (x) => {
      const bend = bendAt(x);
      return { value: x.add(bend.expandDims(-1).mul(moved)), logDet: logSlope(bend) };
    },
    inverse: (y) => {
      const bend = increasingRoot(along, y.mul(w).sum(-1)).add(b).tanh();
      return { value: y.sub(bend.expandDims(-1).mul(moved)), logDet: logSlope(bend).neg() };
    },
    domain: (shape) => shape,
  };
};
