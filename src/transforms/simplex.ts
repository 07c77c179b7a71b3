import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { exp, softplus } from "../ops/special.ts";
import { everyLast, type Support } from "./support.ts";

/** How far a sum of probabilities may be from 1: what single precision leaves of a vector of some thousand. */
const slack = 1e-4;

/** log(K − k) for k = 1 … K − 1: what makes zeros map to the uniform point. */
const centres = (size: number): Tensor => tf.tensor1d(range(size - 1).map((k) => Math.log(size - 1 - k)));

/** Puts `count` zeros before or after along the last axis. */
const padLast = (x: Tensor, before: number, after: number): Tensor =>
  tf.pad(x, [...range(x.rank - 1).map((): [number, number] => [0, 0]), [before, after]]);

const domain = (shape: Shape): Shape => {
  const size = shape[shape.length - 1];
  if (shape.length === 0 || size < 2)
    fail(`simplex: expected a vector of at least two elements, got shape ${showShape(shape)}`);
  return [...shape.slice(0, -1), size - 1];
};

/**
 * Probability vectors [..., K], from ℝ^(K−1) by breaking a stick: of what is left, y_k takes sigmoid(x_k − log(K − k)). All in logs,
 * so that small shares keep their digits; log-determinants are with respect to the first K − 1 shares.
 * Stan reference manual, "Unit simplex".
 */
export const simplex: Support = {
  name: "probability vectors",
  rank: 1,
  contains: (y) => tf.logicalAnd(everyLast(y.greaterEqual(0)), y.sum(-1).sub(1).abs().lessEqual(slack)),
  forward: (x) => {
    const logit = x.sub(centres(x.shape[x.rank - 1] + 1));
    const logTaken = softplus(logit.neg()).neg();
    const logKept = softplus(logit).neg();
    const logShare = padLast(logTaken, 0, 1).add(padLast(logKept.cumsum(x.rank - 1), 1, 0));
    return { value: exp(logShare), logDet: logShare.sum(-1) };
  },
  inverse: (y) => {
    const last = y.shape[y.rank - 1] - 1;
    const [share] = tf.split(y, [last, 1], -1);
    const [, rest] = tf.split(y.cumsum(y.rank - 1, false, true), [1, last], -1);
    return {
      value: share
        .log()
        .sub(rest.log())
        .add(centres(last + 1)),
      logDet: y.log().sum(-1).neg(),
    };
  },
  domain,
};
