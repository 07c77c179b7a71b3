import * as tf from "#tfjs";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { logSumExp } from "../ops/logMix.ts";
import { exp } from "../ops/special.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Cumulative, Distribution, Moments, Parameter } from "./distribution.ts";
import { asReal, type ParameterSet } from "./parameters.ts";
import { outcomes } from "./probabilities.ts";
import { type ScalarFormulas, scalarDistribution } from "./scalar.ts";

/** A distribution of whole numbers with all that is known of it. */
export type Counting = Distribution & Moments & Cumulative;

/** The parameters of a distribution as tensors, by name. */
export type At<N extends string> = Readonly<Record<N, Tensor>>;

/** log P(X ≤ k) and log P(X > k) for whole k from the first number of a support to the last but one. */
export interface Tails {
  logCdf(k: Tensor): Tensor;
  logSurvival(k: Tensor): Tensor;
}

/** A distribution's parameters as tensors, made anew. */
export const parametersAt = <N extends string>(parameters: Readonly<Record<string, Parameter>>): At<N> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { value }]) => [name, asReal(asTensor(value))]),
  ) as unknown as At<N>;

/**
 * The cumulative functions of whole numbers from their tails: every real x counts as ⌊x⌋; below the first number and from the last
 * on the answer is known.
 */
export const cumulativeOfCounts = (support: ValueSet, { logCdf, logSurvival }: Tails): Cumulative => {
  const [first, last] = support.range ?? [0, Number.POSITIVE_INFINITY];
  const between = (value: Tensor, formula: (k: Tensor) => Tensor, below: number, above: number): Tensor => {
    const x = asReal(value);
    const [low, high] = [asReal(asTensor(first)), asReal(asTensor(last))];
    const inside = tf.logicalAnd(x.greaterEqual(low), x.less(high));
    const beyond = tf.where(x.less(low), below, tf.where(tf.isNaN(x), Number.NaN, tf.fill(x.shape, above)));
    return tf.where(inside, formula(tf.where(inside, x.floor(), low)), beyond);
  };
  const lower = (x: Tensor): Tensor => between(x, logCdf, Number.NEGATIVE_INFINITY, 0);
  return {
    cdf: (x) => exp(lower(x)),
    logCdf: lower,
    logSurvival: (x) => between(x, logSurvival, 0, Number.NEGATIVE_INFINITY),
  };
};

/** Tails by summation, from the log-probabilities of first, first + 1, … along a last axis [..., n]. */
export const summedTails = (logProbs: () => Tensor, first: number = 0): Tails => {
  const over = (k: Tensor, keep: (each: Tensor, k: Tensor) => Tensor): Tensor => {
    const logs = logProbs();
    const each = outcomes(logs.shape[logs.rank - 1]).add(first);
    // Rounding may take the sum of all above 1.
    return logSumExp(tf.where(keep(each, k.expandDims(-1)), logs, Number.NEGATIVE_INFINITY)).minimum(0);
  };
  return {
    logCdf: (k) => over(k, (each, at) => each.lessEqual(at)),
    logSurvival: (k) => over(k, (each, at) => each.greater(at)),
  };
};

/** The formulas of independent whole numbers, moments with them. */
export interface MomentFormulas<N extends string> extends ScalarFormulas<N> {
  mean(parameters: At<N>): Tensor;
  variance(parameters: At<N>): Tensor;
}

/** The same with the tails. */
export interface CountFormulas<N extends string> extends MomentFormulas<N> {
  logCdf(k: Tensor, parameters: At<N>): Tensor;
  logSurvival(k: Tensor, parameters: At<N>): Tensor;
}

/** What the constructors of independent whole numbers have in common, but for the formulas. */
type Scalars<N extends string, F> = (
  name: string,
  parameters: Readonly<Record<N, readonly [TensorLike, ParameterSet]>>,
  shape: Shape,
  support: () => ValueSet,
  formulas: F,
) => Distribution & Moments;

/** Independent scalars with their moments. @throws FluvialError as `scalarDistribution` does. */
export const momentDistribution = <N extends string>(
  ...[name, parameters, shape, support, formulas]: Parameters<Scalars<N, MomentFormulas<N>>>
): Distribution & Moments => {
  const made = scalarDistribution(name, parameters, shape, support, formulas);
  const full = [...made.shape];
  const spread = (moment: (parameters: At<N>) => Tensor): Tensor =>
    moment(parametersAt<N>(made.parameters)).broadcastTo(full);
  return { ...made, mean: () => spread(formulas.mean), variance: () => spread(formulas.variance) };
};

/**
 * Independent whole numbers: a distribution of rank 0 with its moments and cumulative functions.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @throws FluvialError as `scalarDistribution` does.
 */
export const countDistribution = <N extends string>(
  ...[name, parameters, shape, support, formulas]: Parameters<Scalars<N, CountFormulas<N>>>
): Counting => {
  const made = momentDistribution(name, parameters, shape, support, formulas);
  const tails: Tails = {
    logCdf: (k) => formulas.logCdf(k, parametersAt<N>(made.parameters)),
    logSurvival: (k) => formulas.logSurvival(k, parametersAt<N>(made.parameters)),
  };
  return { ...made, ...cumulativeOfCounts(made.support, tails) };
};
