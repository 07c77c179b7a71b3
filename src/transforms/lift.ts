/** What keeps x + u tanh(w x + b) increasing: a product of numbers without bounds moved above −1. */
import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { softplus } from "../ops/special.ts";

/** softplus(x + identityShift) is 1 at x = 0, so that u = 0 is the identity. */
const identityShift = Math.log(Math.E - 1);

/** Below this ‖w‖² a direction of w means nothing; its square is still above 0 in single precision. */
const least = 1e-18;

/** 1 + wᵀû = softplus(wᵀu + ln(e − 1)), above 0. Rezende & Mohamed 2015, appendix A.1, shifted. */
export const liftOf = (wu: Tensor): Tensor => softplus(wu.add(identityShift));

/** By how many w to move u: (wᵀû − wᵀu)/‖w‖². */
export const excessOf = (wu: Tensor, lift: Tensor, squaredNorm: Tensor): Tensor =>
  // Less 1 as softplus rounds it: at w = 0 nothing is left for the division to enlarge.
  lift
    .sub(softplus(tf.scalar(identityShift)))
    .sub(wu)
    .div(squaredNorm.maximum(least));

/** log(1 + (1 − bend²) wᵀû) as a sum of positive terms: it stays above 0 where wᵀû rounds to −1. */
export const logSlopeAt = (bend: Tensor, lift: Tensor): Tensor => {
  const flat = bend.square();
  return flat.neg().add(1).mul(lift).add(flat).log();
};
