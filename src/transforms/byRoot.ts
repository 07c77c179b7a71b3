import type { Tensor } from "../core/tensor.ts";
import { increasingRoot, type RootOptions } from "../ops/root.ts";
import type { Bijection, Mapped } from "./transform.ts";

/** A bijection of the line whose inverse is a root: exact to rounding, at the cost of some tens of evaluations. */
export const byRoot = (forward: (x: Tensor) => Mapped, options?: RootOptions): Bijection => ({
  rank: 0,
  forward,
  inverse: (y) => {
    const value = increasingRoot(forward, y, options);
    return { value, logDet: forward(value).logDet.neg() };
  },
  domain: (shape) => shape,
});
