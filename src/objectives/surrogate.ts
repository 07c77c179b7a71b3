import type { Density } from "../core/density.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { stopGradient } from "../ops/stopGradient.ts";

/** The value of one tensor with the gradient of another. */
export const valueWith = (value: Tensor, surrogate: Tensor): Scalar =>
  stopGradient(value).add(surrogate).sub(stopGradient(surrogate)) as Scalar;

/** log q at draws, whose gradient follows the draws but not the parameters of q. Roeder, Wu & Duvenaud 2017. */
export const pathLogProb = (q: Density, value: Tensor): Tensor => {
  const still = q.logProb(stopGradient(value));
  return q.logProb(value).sub(still).add(stopGradient(still));
};
