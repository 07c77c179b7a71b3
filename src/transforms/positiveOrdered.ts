import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { exp } from "../ops/special.ts";
import { everyLast, type Support } from "./support.ts";

/** y_k − y_{k−1}, with y_0 = 0: [..., K] alike. */
const steps = (y: Tensor): Tensor => {
  const [before] = tf.split(y, [y.shape[y.rank - 1] - 1, 1], -1);
  return y.sub(tf.pad(before, [...range(y.rank - 1).map((): [number, number] => [0, 0]), [1, 0]]));
};

const checkVector = (shape: Shape): Shape => {
  if (shape.length === 0 || shape[shape.length - 1] < 1)
    fail(`positiveOrdered: expected a vector of at least one element, got shape ${showShape(shape)}`);
  return shape;
};

/** Vectors [..., K] of positive numbers that increase: y_k = exp(x_1) + … + exp(x_k). */
export const positiveOrdered: Support = {
  name: "vectors of positive numbers in increasing order",
  rank: 1,
  contains: (y) => tf.logicalAnd(everyLast(tf.isFinite(y)), everyLast(steps(y).greaterEqual(0))),
  forward: (x) => ({ value: exp(x).cumsum(x.rank - 1), logDet: x.sum(-1) }),
  inverse: (y) => {
    const x = steps(y).log();
    return { value: x, logDet: x.sum(-1).neg() };
  },
  domain: checkVector,
};
