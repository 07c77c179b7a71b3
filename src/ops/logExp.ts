/** Sums and differences of numbers that are known by their logarithms. */
import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { log1mexp, softplus } from "./special.ts";

/** log(eᵃ + eᵇ) without overflow; −∞ of two −∞. The arguments broadcast. */
export const logAddExp = (a: Tensor, b: Tensor): Tensor => {
  const finite = tf.logicalAnd(tf.isFinite(a), tf.isFinite(b));
  const apart = tf.where(finite, b.sub(a), 0);
  const value = tf.where(apart.lessEqual(0), a.add(softplus(apart)), b.add(softplus(apart.neg())));
  // Of one shape: tfjs's gradient of a maximum does not add up what was broadcast.
  const largest = a.add(tf.zerosLike(b)).maximum(b.add(tf.zerosLike(a)));
  return tf.where(finite, value, largest);
};

/** log(eᵃ − eᵇ) for a ≥ b, without the cancellation of the two: −∞ where they are equal, NaN where a < b. The arguments broadcast. */
export const logDiffExp = (a: Tensor, b: Tensor): Tensor => {
  const apart = b.sub(a);
  const different = tf.logicalAnd(apart.less(0), b.greater(Number.NEGATIVE_INFINITY));
  const value = a.add(log1mexp(tf.where(different, apart, -1)));
  return tf.where(
    different,
    value,
    tf.where(b.greater(a), Number.NaN, tf.where(a.equal(b), Number.NEGATIVE_INFINITY, a)),
  );
};
