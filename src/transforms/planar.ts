import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";
import type { Transform } from "./transform.ts";

/** softplus(x + identityShift) is 1 at x = 0, so that u = 0 is the identity. */
const identityShift = Math.log(Math.E - 1);

/** Below this ‖w‖² a direction of w means nothing; its square is still above 0 in single precision. */
const least = 1e-18;

/** w, u [size], b a scalar. */
export interface PlanarParameters {
  readonly w: Tensor;
  readonly u: Tensor;
  readonly b: Scalar | Tensor;
}

/**
 * x + û tanh(wᵀx + b), x [..., size]; û is u moved along w so that wᵀû > −1, which makes the map invertible.
 * Rezende & Mohamed 2015, eq. 10–12 and appendix A.1, with the squared norm of w.
 */
export const planarMap = ({ w, u, b }: PlanarParameters): Transform => ({
  rank: 1,
  forward: (x) => {
    const wu = w.mul(u).sum();
    const lift = softplus(wu.add(identityShift)); // 1 + wᵀû
    // Less 1 as softplus rounds it: at w = 0 nothing is left for the division to enlarge.
    const excess = lift.sub(softplus(tf.scalar(identityShift))).sub(wu);
    const moved = u.add(w.mul(excess).div(w.square().sum().maximum(least)));
    const bend = x.mul(w).sum(-1).add(b).tanh();
    const value = x.add(bend.expandDims(-1).mul(moved));
    // 1 + (1 − bend²) wᵀû as a sum of positive terms: it stays above 0 where wᵀû rounds to −1.
    const flat = bend.square();
    return { value, logDet: flat.neg().add(1).mul(lift).add(flat).log() };
  },
});
