import * as tf from "#tfjs";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { exp, log1mexp } from "../ops/special.ts";
import type { Support } from "../transforms/support.ts";
import { type At, parametersAt } from "./counting.ts";
import type { Continuous, Cumulative, Moments, Quantile } from "./distribution.ts";
import { guarded } from "./guarded.ts";
import type { ParameterSet } from "./parameters.ts";
import { type ScalarFormulas, scalarDistribution } from "./scalar.ts";

/** A continuous distribution of scalars with moments and cumulative functions; and with quantiles too. */
export type Known = Continuous & Moments & Cumulative;
export type Invertible = Known & Quantile;

export interface MomentFormulas<N extends string> extends ScalarFormulas<N> {
  mean(parameters: At<N>): Tensor;
  variance(parameters: At<N>): Tensor;
}

/** The same with the tails, at x strictly inside the support. */
export interface ContinuousFormulas<N extends string> extends MomentFormulas<N> {
  logCdf(x: Tensor, parameters: At<N>): Tensor;
  logSurvival(x: Tensor, parameters: At<N>): Tensor;
  /** A point inside the support, where it has ends. */
  inside?(parameters: At<N>): Tensor;
}

export interface InvertibleFormulas<N extends string> extends ContinuousFormulas<N> {
  /** At p strictly between 0 and 1. */
  quantile(p: Tensor, parameters: At<N>): Tensor;
}

type Make<N extends string, F, D> = (
  name: string,
  parameters: Readonly<Record<N, readonly [TensorLike, ParameterSet]>>,
  shape: Shape,
  support: () => Support,
  formulas: F,
) => D;

/** Independent real scalars with their moments. @throws FluvialError as `scalarDistribution` does. */
export const momentDistribution = <N extends string>(
  ...[name, parameters, shape, support, formulas]: Parameters<Make<N, MomentFormulas<N>, void>>
): Continuous & Moments => {
  const made = scalarDistribution(name, parameters, shape, support, formulas);
  const spread = (moment: (parameters: At<N>) => Tensor): Tensor =>
    moment(parametersAt<N>(made.parameters)).broadcastTo([...made.shape]);
  return { ...made, mean: () => spread(formulas.mean), variance: () => spread(formulas.variance) };
};

/** The ends of a support as tensors; ∓∞ where it has none. */
export const endsOf = ({ ends }: Support): { readonly low: Tensor; readonly high: Tensor } => ({
  low: asTensor(ends?.low ?? Number.NEGATIVE_INFINITY),
  high: asTensor(ends?.high ?? Number.POSITIVE_INFINITY),
});

/** `formula` strictly inside a support, whose place outside is taken by `safe`; `below` and `above` at its ends and beyond. */
export const between = (
  support: Support,
  x: Tensor,
  safe: Tensor | number,
  formula: (x: Tensor) => Tensor,
  [below, above]: readonly [number, number],
): Tensor => {
  const { low, high } = endsOf(support);
  const inside = tf.logicalAnd(x.greater(low), x.less(high));
  const beyond = tf.where(x.lessEqual(low), below, tf.where(tf.isNaN(x), Number.NaN, tf.fill(x.shape, above)));
  return tf.where(inside, formula(tf.where(inside, x, safe)), beyond);
};

const negativeInfinity = Number.NEGATIVE_INFINITY;

/** Independent real scalars with moments and cumulative functions. @throws FluvialError as `scalarDistribution` does. */
export const continuousDistribution = <N extends string>(
  ...[name, parameters, shape, support, formulas]: Parameters<Make<N, ContinuousFormulas<N>, void>>
): Known => {
  const made = momentDistribution(name, parameters, shape, support, formulas);
  const tail =
    (formula: "logCdf" | "logSurvival", ends: readonly [number, number]) =>
    (x: Tensor): Tensor => {
      const at = parametersAt<N>(made.parameters);
      const safe = formulas.inside?.(at) ?? formulas.safe ?? 0;
      return between(made.support, x, safe, (inside) => formulas[formula](inside, at), ends);
    };
  const logCdf = tail("logCdf", [negativeInfinity, 0]);
  return { ...made, cdf: (x) => exp(logCdf(x)), logCdf, logSurvival: tail("logSurvival", [0, negativeInfinity]) };
};

/** The same with quantiles. @throws FluvialError as `scalarDistribution` does. */
export const invertibleDistribution = <N extends string>(
  ...[name, parameters, shape, support, formulas]: Parameters<Make<N, InvertibleFormulas<N>, void>>
): Invertible => {
  const made = continuousDistribution(name, parameters, shape, support, formulas);
  const quantile = (p: Tensor): Tensor => {
    const { low, high } = endsOf(made.support);
    const at = parametersAt<N>(made.parameters);
    const inside = tf.logicalAnd(p.greater(0), p.less(1));
    const value = formulas.quantile(tf.where(inside, p, 0.5), at);
    const atEnds = tf.where(p.equal(0), low, tf.where(p.equal(1), high, tf.fill(p.shape, Number.NaN)));
    return tf.where(inside, value, atEnds);
  };
  return { ...made, quantile };
};

/** log P(X ≤ z) of a distribution symmetric about 0 from its values at z ≤ 0; at −z it is the logarithm of the upper tail. */
export const symmetric =
  (tail: (z: Tensor) => Tensor) =>
  (z: Tensor): Tensor => {
    const low = z.lessEqual(0);
    const smaller = tail(tf.where(low, z, z.neg()));
    return tf.where(low, smaller, log1mexp(smaller));
  };

/** Both tails of a distribution of z > 0: below `middle` from the logarithm of the lower one, above it from that of the upper. */
export const halfTails = (
  middle: number,
  lower: (z: Tensor) => Tensor,
  upper: (z: Tensor) => Tensor,
): { readonly logCdf: (z: Tensor) => Tensor; readonly logSurvival: (z: Tensor) => Tensor } => {
  const sides = (z: Tensor, small: (z: Tensor) => Tensor, large: (z: Tensor) => Tensor): Tensor => {
    const low = z.less(middle);
    return guarded(low, z, middle / 2, small, guarded(low.logicalNot(), z, 1.5 * middle, large, 0));
  };
  return {
    logCdf: (z) => sides(z, lower, (at) => log1mexp(upper(at))),
    logSurvival: (z) => sides(z, (at) => log1mexp(lower(at)), upper),
  };
};

/** log(1 − exp(−eˢ)), exact however small eˢ is. */
export const logOneLessExp = (s: Tensor): Tensor => {
  const tiny = s.less(-37);
  return tf.where(tiny, s, log1mexp(exp(tf.where(tiny, 0, s)).neg()));
};

/** A moment that is there only where a parameter lies above a bound. */
export const whereAbove = (
  parameter: Tensor,
  bound: number,
  formula: (parameter: Tensor) => Tensor,
  elsewhere: Tensor | number,
): Tensor => guarded(parameter.greater(bound), parameter, bound + 1, formula, elsewhere);
