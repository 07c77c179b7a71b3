import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, farLog, stirlingGap } from "../ops/deviance.ts";
import { binomial as drawBinomial } from "../ops/sampling.ts";
import { sigmoid } from "../ops/special.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import type { Distribution } from "./distribution.ts";
import { counts, reals, unitInterval } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/**
 * log of n! / (x! y!) pˣ qʸ with n = x + y and p + q = 1, for real x, y ≥ 0. Each of p and q comes with its own digits.
 * Loader 2000, "Fast and accurate computation of binomial probabilities", eq. 3.
 */
export const binomialDensity = (x: Tensor, y: Tensor, p: Tensor, q: Tensor): Tensor => {
  const total = x.add(y);
  const ways = stirlingGap(total).sub(stirlingGap(x)).sub(stirlingGap(y));
  return ways.sub(deviance(x, total.mul(p))).sub(deviance(y, total.mul(q)));
};

/**
 * The number of successes in `total` trials, each with probability `probs`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const binomial = (total: TensorLike, probs: TensorLike, shape: Shape = []): Distribution =>
  scalarDistribution(
    "binomial",
    { total: [total, counts], probs: [probs, unitInterval] },
    shape,
    () => wholeNumbersTo(total),
    {
      draw: (key, shape, { total, probs }) =>
        drawBinomial(key, total.broadcastTo([...shape]), probs.broadcastTo([...shape])),
      logDensity: (x, { total, probs }) => binomialDensity(x, total.sub(x), probs, tf.sub(1, probs)),
      safe: 0,
    },
  );

/**
 * The number of successes in `total` trials, each with log-odds `logits`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const binomialLogits = (total: TensorLike, logits: TensorLike, shape: Shape = []): Distribution =>
  scalarDistribution(
    "binomialLogits",
    { total: [total, counts], logits: [logits, reals] },
    shape,
    () => wholeNumbersTo(total),
    {
      draw: (key, shape, { total, logits }) =>
        drawBinomial(key, total.broadcastTo([...shape]), sigmoid(logits).broadcastTo([...shape])),
      logDensity: (x, { total, logits }) => {
        const near = logits.clipByValue(-farLog, farLog);
        const rest = total.sub(x);
        const far = rest.mul(logits.sub(farLog).relu()).add(x.mul(logits.add(farLog).neg().relu()));
        return binomialDensity(x, rest, sigmoid(near), sigmoid(near.neg())).sub(far);
      },
      safe: 0,
    },
  );
