import type { Scalar, Tensor } from "../core/tensor.ts";
import { increasingRoot } from "../ops/root.ts";
import { excessOf, liftOf, logSlopeAt } from "./lift.ts";
import type { Bijection, Mapped } from "./transform.ts";

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
  const lift = liftOf(wu);
  const moved = u.add(w.mul(excessOf(wu, lift, w.square().sum(-1)).expandDims(-1)));
  const bendAt = (x: Tensor): Tensor => x.mul(w).sum(-1).add(b).tanh();
  /** What becomes of wᵀx. */
  const along = (s: Tensor): Mapped => {
    const bend = s.add(b).tanh();
    return { value: s.add(bend.mul(lift.sub(1))), logDet: logSlopeAt(bend, lift) };
  };
  return {
    rank: 1,
    forward: (x) => {
      const bend = bendAt(x);
      return { value: x.add(bend.expandDims(-1).mul(moved)), logDet: logSlopeAt(bend, lift) };
    },
    inverse: (y) => {
      const bend = increasingRoot(along, y.mul(w).sum(-1)).add(b).tanh();
      return { value: y.sub(bend.expandDims(-1).mul(moved)), logDet: logSlopeAt(bend, lift).neg() };
    },
    domain: (shape) => shape,
  };
};
