import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { everyLast, type Support } from "./support.ts";

/** How far a sum may be from 0, as a share of the sum of magnitudes: what single precision leaves. */
const slack = 1e-4;

/**
 * One element more along an axis, so that the sum along it is 0: the reflection that takes the last unit vector to that of equal
 * elements, applied to (x, 0). It keeps lengths and angles.
 */
const extend = (x: Tensor, axis: number): Tensor => {
  const size = x.shape[axis] + 1;
  const sum = x.sum(axis, true);
  return tf.concat([x.sub(sum.div(size + Math.sqrt(size))), sum.div(-Math.sqrt(size))], axis);
};

/** Its inverse. */
const shorten = (y: Tensor, axis: number): Tensor => {
  const size = y.shape[axis];
  const [head, last] = tf.split(y, [size - 1, 1], axis);
  return head.sub(last.div(Math.sqrt(size) + 1));
};

const sumsVanish = (y: Tensor, axis: number): Tensor =>
  y
    .sum(axis)
    .abs()
    .lessEqual(y.abs().sum(axis).mul(slack))
    .logicalAnd(everyLast(tf.isFinite(lastAxis(y, axis))));

/** The axis put last. */
const lastAxis = (y: Tensor, axis: number): Tensor => {
  const others = y.shape.map((_, i) => i).filter((i) => i !== axis);
  return axis === y.rank - 1 ? y : y.transpose([...others, axis]);
};

const lessOne = (who: string, rank: number, shape: Shape): Shape => {
  const cut = shape.length - rank;
  if (cut < 0 || shape.slice(cut).some((n) => n < 2))
    fail(
      `${who}: expected ${rank === 1 ? "a vector" : "a matrix"} of at least two elements along each axis, got shape ${showShape(shape)}`,
    );
  return shape.map((n, i) => (i < cut ? n : n - 1));
};

/**
 * Vectors [..., n] whose elements sum to 0, from ℝ^(n−1) by an isometry: standard normals on the free scale are the normal of unit scale
 * on the set, covariance I − 1/n, all elements alike. Log-determinants, with respect to lengths within the set, are 0.
 */
export const sumToZero: Support = {
  name: "vectors that sum to 0",
  rank: 1,
  contains: (y) => sumsVanish(y, y.rank - 1),
  forward: (x) => ({ value: extend(x, x.rank - 1), logDet: tf.zeros(x.shape.slice(0, -1)) }),
  inverse: (y) => ({ value: shorten(y, y.rank - 1), logDet: tf.zeros(y.shape.slice(0, -1)) }),
  domain: (shape) => lessOne("sumToZero", 1, shape),
};

/** Matrices [..., n, m] whose rows and columns all sum to 0, from [n − 1, m − 1] free numbers by the same isometry along both axes. */
export const sumToZeroMatrix: Support = {
  name: "matrices whose rows and columns sum to 0",
  rank: 2,
  contains: (y) => tf.logicalAnd(everyLast(sumsVanish(y, y.rank - 1)), everyLast(sumsVanish(y, y.rank - 2))),
  forward: (x) => ({ value: extend(extend(x, x.rank - 1), x.rank - 2), logDet: tf.zeros(x.shape.slice(0, -2)) }),
  inverse: (y) => ({ value: shorten(shorten(y, y.rank - 2), y.rank - 1), logDet: tf.zeros(y.shape.slice(0, -2)) }),
  domain: (shape) => lessOne("sumToZeroMatrix", 2, shape),
};
