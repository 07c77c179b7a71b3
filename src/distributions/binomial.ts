import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { deviance, farLog, stirlingGap } from "../ops/deviance.ts";
import { logIncompleteBetaOfLogit } from "../ops/incompleteBeta.ts";
import { binomial as drawBinomial } from "../ops/sampling.ts";
import { sigmoid } from "../ops/special.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { counts, reals, unitInterval } from "./parameters.ts";

/**
 * log of n! / (x! y!) pˣ qʸ with n = x + y and p + q = 1, for real x, y ≥ 0. Each of p and q comes with its own digits.
 * Loader 2000, "Fast and accurate computation of binomial probabilities", eq. 3.
 */
export const binomialDensity = (x: Tensor, y: Tensor, p: Tensor, q: Tensor): Tensor => {
  const total = x.add(y);
  const ways = stirlingGap(total).sub(stirlingGap(x)).sub(stirlingGap(y));
  return ways.sub(deviance(x, total.mul(p))).sub(deviance(y, total.mul(q)));
};

/** log P(X ≤ k) and log P(X > k), for k below the total. DLMF 8.17.5. */
const lowerTail = (k: Tensor, total: Tensor, logits: Tensor): Tensor =>
  logIncompleteBetaOfLogit(logits.neg(), total.sub(k).maximum(1), k.add(1));
const upperTail = (k: Tensor, total: Tensor, logits: Tensor): Tensor =>
  logIncompleteBetaOfLogit(logits, k.add(1), total.sub(k).maximum(1));

/** A formula of the log-odds of a probability inside (0, 1), and its values at 0 and 1. */
export const ofLogOdds = (
  probs: Tensor,
  formula: (logits: Tensor) => Tensor,
  atZero: number,
  atOne: number,
): Tensor => {
  const inside = tf.logicalAnd(probs.greater(0), probs.less(1));
  const safe = tf.where(inside, probs, 0.5);
  return tf.where(
    inside,
    formula(safe.log().sub(safe.neg().log1p())),
    tf.where(probs.equal(0), atZero, tf.where(probs.equal(1), atOne, tf.fill(probs.shape, Number.NaN))),
  );
};

/**
 * The number of successes in `total` trials, each with probability `probs`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const binomial = (total: TensorLike, probs: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
    "binomial",
    { total: [total, counts], probs: [probs, unitInterval] },
    shape,
    () => wholeNumbersTo(total),
    {
      draw: (key, shape, { total, probs }) =>
        drawBinomial(key, total.broadcastTo([...shape]), probs.broadcastTo([...shape])),
      logDensity: (x, { total, probs }) => binomialDensity(x, total.sub(x), probs, tf.sub(1, probs)),
      safe: 0,
      mean: ({ total, probs }) => total.mul(probs),
      variance: ({ total, probs }) => total.mul(probs).mul(tf.sub(1, probs)),
      logCdf: (k, { total, probs }) =>
        ofLogOdds(probs, (logits) => lowerTail(k, total, logits), 0, Number.NEGATIVE_INFINITY),
      logSurvival: (k, { total, probs }) =>
        ofLogOdds(probs, (logits) => upperTail(k, total, logits), Number.NEGATIVE_INFINITY, 0),
    },
  );

/**
 * The number of successes in `total` trials, each with log-odds `logits`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const binomialLogits = (total: TensorLike, logits: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
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
      mean: ({ total, logits }) => total.mul(sigmoid(logits)),
      variance: ({ total, logits }) => total.mul(sigmoid(logits)).mul(sigmoid(logits.neg())),
      logCdf: (k, { total, logits }) => lowerTail(k, total, logits),
      logSurvival: (k, { total, logits }) => upperTail(k, total, logits),
    },
  );
