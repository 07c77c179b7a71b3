import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { log1mexp } from "../ops/special.ts";
import { wholeNumbers } from "../transforms/discrete.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { positiveProbability } from "./parameters.ts";

/** k log(1 − p), and 0 for k = 0 whatever p is. */
const logMisses = (k: Tensor, probs: Tensor): Tensor => {
  const none = k.equal(0);
  return tf.where(none, 0, k.mul(tf.where(none, 0, probs.neg()).log1p()));
};

/**
 * The number of failures before the first success, from 0, each trial a success with probability `probs`. (scipy's `geom` counts
 * the success too, and begins at 1.)
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const geometric = (probs: TensorLike, shape: Shape = []): Counting =>
  countDistribution("geometric", { probs: [probs, positiveProbability] }, shape, () => wholeNumbers, {
    draw: (key, shape, { probs }) => uniform(key, shape).log().div(probs.neg().log1p()).floor().abs(),
    logDensity: (x, { probs }) => probs.log().add(logMisses(x, probs)),
    safe: 0,
    mean: ({ probs }) => tf.sub(1, probs).div(probs),
    variance: ({ probs }) => tf.sub(1, probs).div(probs.square()),
    logCdf: (k, { probs }) => {
      const certain = probs.equal(1);
      return tf.where(certain, 0, log1mexp(k.add(1).mul(tf.where(certain, -0.5, probs.neg()).log1p())));
    },
    logSurvival: (k, { probs }) => k.add(1).mul(probs.neg().log1p()),
  });
