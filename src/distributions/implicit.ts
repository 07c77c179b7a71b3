import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { exp } from "../ops/special.ts";
import { stopGradient } from "../ops/stopGradient.ts";

/** A density with its tails, all logarithms, at the parameters whose gradients are wanted. */
export interface Tailed {
  logProb(x: Tensor): Tensor;
  logCdf(x: Tensor): Tensor;
  logSurvival(x: Tensor): Tensor;
}

/** log F, which stands still in value, times the F/f that makes a step of it a step of x. */
const step = (logTail: Tensor, logDensity: Tensor): Tensor =>
  logTail.sub(stopGradient(logTail)).mul(exp(stopGradient(logTail.sub(logDensity))));

/**
 * Draws that were made in any way, moving with the parameters as quantiles do: dx = −(∂F/∂θ) / f dθ, from the smaller tail
 * (Figurnov, Mohamed & Mnih 2018, eq. 5). They have one derivative.
 */
export const implicitly = (draws: Tensor, { logProb, logCdf, logSurvival }: Tailed): Tensor => {
  const x = stopGradient(draws);
  const [lower, upper, density] = [logCdf(x), logSurvival(x), logProb(x)];
  const low = lower.less(upper);
  const half = Math.log(0.5);
  return x
    .sub(tf.where(low, step(tf.where(low, lower, half), density), 0))
    .add(tf.where(low, 0, step(tf.where(low, half, upper), density)));
};
