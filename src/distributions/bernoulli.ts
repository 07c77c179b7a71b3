import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { sigmoid, softplus } from "../ops/special.ts";
import { zeroOrOne } from "../transforms/discrete.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { reals, unitInterval } from "./parameters.ts";

const toss = (key: Key, shape: Shape, probability: Tensor): Tensor =>
  uniform(key, shape).less(probability).cast("float32");

/**
 * 1 with probability `probs`, else 0.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const bernoulli = (probs: TensorLike, shape: Shape = []): Counting =>
  countDistribution("bernoulli", { probs: [probs, unitInterval] }, shape, () => zeroOrOne, {
    draw: (key, shape, { probs }) => toss(key, shape, probs),
    logDensity: (x, { probs }) => {
      const one = x.equal(1);
      return tf.where(one, tf.where(one, probs, 1).log(), tf.where(one, 0, probs.neg()).log1p());
    },
    safe: 0,
    mean: ({ probs }) => probs,
    variance: ({ probs }) => probs.mul(tf.sub(1, probs)),
    logCdf: (_, { probs }) => probs.neg().log1p(),
    logSurvival: (_, { probs }) => probs.log(),
  });

/**
 * 1 with log-odds `logits`, else 0.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const bernoulliLogits = (logits: TensorLike, shape: Shape = []): Counting =>
  countDistribution("bernoulliLogits", { logits: [logits, reals] }, shape, () => zeroOrOne, {
    draw: (key, shape, { logits }) => toss(key, shape, sigmoid(logits)),
    logDensity: (x, { logits }) => softplus(logits.mul(tf.sub(1, x.mul(2)))).neg(),
    safe: 0,
    mean: ({ logits }) => sigmoid(logits),
    variance: ({ logits }) => sigmoid(logits).mul(sigmoid(logits.neg())),
    logCdf: (_, { logits }) => softplus(logits).neg(),
    logSurvival: (_, { logits }) => softplus(logits.neg()).neg(),
  });
