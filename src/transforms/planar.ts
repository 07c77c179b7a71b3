import type { Scalar, Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";
import type { Transform } from "./transform.ts";

/** softplus(x + identityShift) − 1 is 0 at x = 0, so that u = 0 is the identity. */
const identityShift = Math.log(Math.E - 1);

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
    const slope = softplus(wu.add(identityShift)).sub(1);
    const moved = u.add(w.mul(slope.sub(wu)).div(w.square().sum().maximum(1e-30)));
    const bend = x.mul(w).sum(-1).add(b).tanh();
    const value = x.add(bend.expandDims(-1).mul(moved));
    return { value, logDet: bend.square().neg().add(1).mul(slope).log1p() };
  },
});
