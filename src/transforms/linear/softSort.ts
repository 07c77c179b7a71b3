import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import { fromHost, type Tensor } from "../../core/tensor.ts";
import { stopGradient } from "../../ops/stopGradient.ts";
import type { Linear } from "./linear.ts";
import { times } from "./vectors.ts";

/** scores [n]; or, each row of a batch its own, [...batch, n]. */
export interface ScoreParameters {
  readonly scores: Tensor;
}

/** 1 at [k, i] where score i is the k-th from the smallest, else 0; equal scores stand in the order of their places. */
const sorting = (scores: Tensor): Tensor => {
  const n = scores.shape[scores.rank - 1];
  const [own, other] = [scores.expandDims(-1), scores.expandDims(-2)];
  const earlier = fromHost(
    range(n * n).map((at) => Number(at % n < Math.floor(at / n))),
    [n, n],
  ).greater(0);
  const before = other.less(own).logicalOr(other.equal(own).logicalAnd(earlier));
  const place = before.cast("float32").sum(-1);
  return place
    .expandDims(-2)
    .equal(fromHost(range(n), [n, 1]))
    .cast("float32");
};

/** The rows of `sorting` made soft: softmax over i of −|s₍ₖ₎ − s_i| / temperature. Prillo & Eisenschlos 2020. */
export const softSort = (scores: Tensor, temperature: number): Tensor => {
  const sorted = times(stopGradient(sorting(scores)), scores);
  return tf.softmax(sorted.expandDims(-1).sub(scores.expandDims(-2)).abs().div(-temperature));
};

/**
 * The coordinates in the order of their scores, the smallest first: y = P x with a hard permutation P, so that the inverse is exact and
 * log |det| is 0. The gradient in x is P's. That in the scores is straight-through: it is the gradient of P̃ x, P̃ the soft permutation of
 * `softSort`, with x held; the way back, of P̃ᵀ y. It is biased, the gradient of no function; a small temperature makes it rare and steep.
 */
export const sortedLinear = ({ scores }: ScoreParameters, temperature: number): Linear => {
  const hard = stopGradient(sorting(scores));
  const soft = softSort(scores, temperature);
  const through = (x: Tensor, transpose: boolean): Tensor => {
    const bent = times(soft, stopGradient(x), transpose);
    return times(hard, x, transpose).add(bent.sub(stopGradient(bent)));
  };
  return { apply: (x) => through(x, false), solve: (y) => through(y, true), logDet: tf.scalar(0) };
};
