import type { Tensor } from "../core/tensor.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** log N(e; 0, I), e [..., size] → [...]. */
export const standardLogProb = (e: Tensor): Tensor =>
  e
    .square()
    .sum(-1)
    .mul(-0.5)
    .sub(halfLog2Pi * e.shape[e.shape.length - 1]);
