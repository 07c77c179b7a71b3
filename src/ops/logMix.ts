import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { exp } from "./special.ts";
import { stopGradient } from "./stopGradient.ts";
import { sumTo } from "./sumTo.ts";
import { withGradient } from "./withGradient.ts";

/** What is taken out of an exponent before it is taken: a constant, and 0 where it is not finite, so that ∞ − ∞ does not arise. */
const pivot = (largest: Tensor): Tensor => stopGradient(tf.where(tf.isFinite(largest), largest, tf.zerosLike(largest)));

/** log x for sums of exponentials: −∞ at 0, with a slope of 0 there in place of an infinite one. */
const logOfSum = (sum: Tensor): Tensor => {
  const none = sum.equal(0);
  return tf.where(none, Number.NEGATIVE_INFINITY, tf.where(none, 1, sum).log());
};

/** An exponent whose exponential is a number in either precision. */
const most = 80;

/** exp; of those of weight 0 kept from infinity, since 0 · ∞ is no number. */
const kept = (weight: Tensor, exponent: Tensor): Tensor =>
  exp(tf.where(weight.equal(0), exponent.minimum(most), exponent));

const axisOf = (who: string, x: Tensor, axis: number): number => {
  const place = axis < 0 ? axis + x.rank : axis;
  if (!Number.isInteger(axis) || place < 0 || place >= x.rank)
    fail(`${who}: expected an axis of a tensor of shape ${showShape(x.shape)}, got ${axis}`);
  return place;
};

/**
 * log Σ exp(x) over one axis, without overflow: [..., n, ...] → [..., ...]. −∞ where all are −∞; terms of −∞ have a slope of 0.
 * @param axis the last unless said; a negative one counts from the end.
 * @param keepDims keeps the axis, with length 1.
 * @throws FluvialError where there is no such axis.
 */
export const logSumExp = (x: Tensor, axis: number = -1, keepDims: boolean = false): Tensor => {
  const place = axisOf("logSumExp", x, axis);
  const most = pivot(x.max(place, true));
  const sum = logOfSum(exp(x.sub(most)).sum(place, true)).add(most);
  return keepDims ? sum : sum.squeeze([place]);
};

/** x − log Σ exp(x) along the last axis: the logarithms of the probabilities ∝ exp(x). */
export const logNormalised = (x: Tensor): Tensor => x.sub(logSumExp(x, -1, true));

/**
 * log Σ w · exp(x) along the last axis, for weights w ≥ 0 that broadcast against x: the log density of a mixture. Weights of 0
 * leave their terms out; the slope in such a weight is right, and finite, unless its term is e⁸⁰ times all others.
 */
export const logWeightedSum = (weights: Tensor, x: Tensor): Tensor => {
  const least = Number.NEGATIVE_INFINITY;
  const most = pivot(tf.where(weights.greater(0), x, least).max(-1, true));
  return logOfSum(weights.mul(kept(weights, x.sub(most))).sum(-1, true))
    .add(most)
    .squeeze([-1]);
};

interface Terms {
  readonly weights: readonly Tensor[];
  readonly exponents: readonly Tensor[];
}

/** Exponentials of the terms, all divided by exp(pivot). */
interface Exponentials {
  readonly each: readonly Tensor[];
  readonly pivot: Tensor;
}

const exponentialsOf = ({ weights, exponents }: Terms): Exponentials => {
  const counted = exponents.map((x, i) => tf.where(weights[i].greater(0), x, Number.NEGATIVE_INFINITY));
  const most = pivot(counted.reduce((a, b) => tf.maximum(a, b)));
  return { each: exponents.map((x, i) => kept(weights[i], x.sub(most))), pivot: most };
};

/** Of two terms, the larger one that counts becomes 1: one exponential for both. */
const exponentialsOfTwo = ({ weights: [v, w], exponents: [a, b] }: Terms): Exponentials => {
  const first = tf.logicalAnd(v.greater(0), tf.logicalOr(a.greaterEqual(b), w.lessEqual(0)));
  const largest = tf.where(first, a, b);
  const finite = tf.isFinite(largest);
  const pivot = tf.where(finite, largest, 0);
  // The exponential of ±∞, and NaN of NaN.
  const one = tf.where(finite, 1, tf.where(largest.less(0), 0, largest));
  const apart = tf.where(first, b, a).sub(pivot);
  const other = exp(tf.where(apart.greater(most), most, apart));
  return { each: [tf.where(first, one, other), tf.where(first, other, one)], pivot };
};

const exponentials = (terms: Terms): Exponentials =>
  (terms.exponents.length === 2 ? exponentialsOfTwo : exponentialsOf)(terms);

const weightedSum = ({ weights }: Terms, each: readonly Tensor[]): Tensor =>
  each.map((x, i) => x.mul(weights[i])).reduce((a, b) => a.add(b));

const logOfTerms: (terms: Terms) => Tensor = withGradient(
  (terms: Terms) => {
    const { each, pivot } = exponentials(terms);
    return weightedSum(terms, each).log().add(pivot);
  },
  // exp(x)/Σ in a weight, its weight times that in an exponent; 0 where the sum is.
  (gradient, terms) => {
    const { each } = exponentials(terms);
    const sum = weightedSum(terms, each);
    const share = gradient.div(tf.where(sum.equal(0), Number.POSITIVE_INFINITY, sum));
    const shares = each.map((x) => x.mul(share));
    return {
      weights: shares.map((x, i) => sumTo(x, terms.weights[i].shape)),
      exponents: shares.map((x, i) => sumTo(x.mul(terms.weights[i]), terms.exponents[i].shape)),
    };
  },
);

/** `logWeightedSum` of terms that stand apart, one weight for each: elementwise, without an axis between them. */
export const logWeightedSumOf = (weights: readonly Tensor[], terms: readonly Tensor[]): Tensor =>
  logOfTerms({ weights, exponents: terms });

/** `logSumExp` of terms that stand apart. */
export const logSumExpOf = (terms: readonly Tensor[]): Tensor => {
  const most = pivot(terms.reduce((a, b) => tf.maximum(a, b)));
  return logOfSum(terms.map((term) => exp(term.sub(most))).reduce((a, b) => a.add(b))).add(most);
};

/** As `logSumExpOf`, where none is NaN or ∞ and one at least not −∞: in fewer operations. */
export const logSumExpOfFinite = (terms: readonly Tensor[]): Tensor => {
  const most = stopGradient(terms.reduce((a, b) => tf.maximum(a, b)));
  const sum = terms.map((term) => exp(term.sub(most))).reduce((a, b) => a.add(b));
  return sum.log().add(most);
};

/**
 * log(θ eᵃ + (1 − θ) eᵇ), for θ in [0, 1]: the log density of a mixture of two, without underflow. The operands broadcast; at θ 0 or 1
 * only one term counts, whatever the other is, −∞ included. Stan functions reference, "log_mix".
 */
export const logMix = (theta: TensorLike, a: TensorLike, b: TensorLike): Tensor => {
  const [share, one, other] = [theta, a, b].map((x) => asTensor(x));
  return logWeightedSumOf([share, tf.sub(1, share)], [one, other]);
};
