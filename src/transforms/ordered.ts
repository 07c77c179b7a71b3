import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { exp } from "../ops/special.ts";
import { everyLast, type Support } from "./support.ts";

/** The first and the other elements of the last axis: [..., n] → [..., 1], [..., n − 1]. */
const headAndTail = (x: Tensor): [Tensor, Tensor] => tf.split(x, [1, x.shape[x.rank - 1] - 1], -1) as [Tensor, Tensor];

/** y_k − y_{k−1} for k from 2: [..., n] → [..., n − 1]. */
const steps = (y: Tensor): Tensor => {
  const last = y.shape[y.rank - 1];
  const [before] = tf.split(y, [last - 1, 1], -1);
  return headAndTail(y)[1].sub(before);
};

const checkVector = (shape: Shape): Shape => {
  if (shape.length === 0 || shape[shape.length - 1] < 1)
    fail(`ordered: expected a vector of at least one element, got shape ${showShape(shape)}`);
  return shape;
};

/** Vectors [..., K] that increase: y_1 = x_1, y_k = y_{k−1} + exp(x_k). */
export const ordered: Support = {
  name: "vectors in increasing order",
  rank: 1,
  contains: (y) => tf.logicalAnd(everyLast(tf.isFinite(y)), everyLast(steps(y).greaterEqual(0))),
  forward: (x) => {
    const [head, tail] = headAndTail(x);
    return { value: tf.concat([head, exp(tail)], -1).cumsum(x.rank - 1), logDet: tail.sum(-1) };
  },
  inverse: (y) => {
    const tail = steps(y).log();
    return { value: tf.concat([headAndTail(y)[0], tail], -1), logDet: tail.sum(-1).neg() };
  },
  domain: checkVector,
};
