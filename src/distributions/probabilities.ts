import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { logNormalised, logSumExp, logSumExpOf, logWeightedSum, logWeightedSumOf } from "../ops/logMix.ts";
import { exp } from "../ops/special.ts";
import { everyLast } from "../transforms/support.ts";
import { asReal, type ParameterSet, realVector, shapeOf, spreadShapes } from "./parameters.ts";

/** How far a sum of probabilities may be from 1: what single precision leaves of a vector of some thousand. */
const slack = 1e-4;

/** Vectors of probabilities along the last axis. */
export const probabilities: ParameterSet = {
  name: "probabilities that sum to 1",
  rank: 1,
  contains: (x) => tf.logicalAnd(everyLast(x.greaterEqual(0)), x.sum(-1).sub(1).abs().lessEqual(slack)),
  holds: (x) => x >= 0 && x <= 1,
};

/** @throws FluvialError where a list of plain numbers, nested as deep as it is, does not sum to 1. */
export const checkSums = (who: string, value: unknown): void => {
  if (!Array.isArray(value)) return;
  if (Array.isArray(value[0])) {
    for (const row of value) checkSums(who, row);
    return;
  }
  const sum = value.reduce((a: number, b: number) => a + b, 0);
  if (!(Math.abs(sum - 1) <= slack)) fail(`${who} must be ${probabilities.name}, got a sum of ${sum}`);
};

/** 0 … count − 1 as reals. */
export const outcomes = (count: number): Tensor => tf.tensor1d(range(count), "float32");

/** The first outcome whose cumulated probability exceeds a uniform part of the whole: [..., K], [...] → [...]. */
export const pick = (probs: Tensor, part: Tensor): Tensor => {
  const cumulated = probs.cumsum(probs.rank - 1);
  const count = probs.shape[probs.rank - 1];
  const [before, whole] = tf.split(cumulated, [count - 1, 1], -1);
  return before.lessEqual(part.expandDims(-1).mul(whole)).cast("float32").sum(-1);
};

/** Numbers, lists of them, lists of lists, or a tensor. */
export type Table = TensorLike | readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];

/**
 * Probabilities along the last axis, or { logits }: numbers whose exponentials are in proportion to them. A list of tensors, such as
 * [p, q], is one weight for each.
 */
export type Weights = Table | readonly Tensor[] | { readonly logits: Table | readonly Tensor[] };

/** Probabilities as tensors, or their logarithms: each keeps the digits that it has. */
export interface Scaled {
  readonly scale: "probs" | "logs";
  readonly values: Tensor;
}

/** log Σ p exp(x) along the last axis. */
export const logSumOf = ({ scale, values }: Scaled, x: Tensor): Tensor =>
  scale === "probs" ? logWeightedSum(values, x) : logSumExp(values.add(x));

/** The same for terms that stand apart. */
export const logSumOfParts = ({ scale, values }: Scaled, terms: readonly Tensor[]): Tensor => {
  const last = values.rank - 1;
  // tfjs cannot differentiate `unstack` of an axis of length 1.
  const weights = terms.length === 1 ? [values.squeeze([last])] : tf.unstack(values, last);
  return scale === "probs"
    ? logWeightedSumOf(weights, terms)
    : logSumExpOf(terms.map((term, i) => term.add(weights[i])));
};

/** The logarithms; −∞ for a probability of 0, with a slope of 0. */
export const logOf = ({ scale, values }: Scaled): Tensor => {
  if (scale === "logs") return values;
  const some = values.greater(0);
  return tf.where(some, tf.where(some, values, 1).log(), Number.NEGATIVE_INFINITY);
};

export const probsOf = ({ scale, values }: Scaled): Tensor => (scale === "probs" ? values : exp(values));

/** Weights as a distribution takes them. */
export interface Weighing {
  /** How many there are. */
  readonly count: number;
  /** The shape [..., count]. */
  readonly shape: Shape;
  readonly value: TensorLike;
  readonly set: ParameterSet;
  /** As tensors, made anew at each call. */
  at(): Scaled;
}

const isListOfTensors = (x: unknown): x is readonly TensorLike[] =>
  Array.isArray(x) && x.some((each) => each instanceof tf.Tensor);

/** Scalars, or tensors of shapes that broadcast, along a new last axis. */
const stacked = (list: readonly TensorLike[]): Tensor => {
  const parts = list.map((each) => asReal(asTensor(each)));
  const shape = spreadShapes(
    "weights",
    [],
    parts.map((part) => part.shape),
  );
  return tf.stack(
    parts.map((part) => part.broadcastTo([...shape])),
    shape.length,
  );
};

const isLogits = (weights: Weights): weights is { readonly logits: Table | readonly Tensor[] } =>
  typeof weights === "object" && weights !== null && "logits" in weights;

/**
 * Weights as they were given, checked as far as plain numbers go.
 * @throws FluvialError where they have no axis, or are plain numbers that do not sum to 1.
 */
export const weighing = (who: string, weights: Weights): Weighing => {
  const logits = isLogits(weights);
  const given = (logits ? weights.logits : weights) as TensorLike;
  const value = isListOfTensors(given) ? stacked(given) : given;
  if (value === undefined || value === null) fail(`${who} is missing`);
  const shape = shapeOf(value);
  const count = shape[shape.length - 1];
  if (shape.length === 0 || count < 1)
    fail(`${who} must be a vector [..., K], one for each of K alternatives, got ${showShape(shape)}`);
  if (!logits) checkSums(who, value);
  return {
    count,
    shape,
    value,
    set: logits ? realVector : probabilities,
    at: () => {
      const values = asReal(asTensor(value));
      return logits ? { scale: "logs", values: logNormalised(values) } : { scale: "probs", values };
    },
  };
};
