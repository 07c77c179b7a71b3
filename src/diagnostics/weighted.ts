import type { Row } from "../posterior/posterior.ts";
import { betaQuantile } from "./beta.ts";
import { countUpTo, type Ordered, orderOf } from "./order.ts";

/** Sorted values with the weight at and below each. */
interface Weighted {
  readonly ascending: Float64Array;
  /** Σ of the weights up to each value, itself included; the last is 1. */
  readonly cumulative: Float64Array;
  /** Kish's effective number of draws, 1 / Σ w². */
  readonly effective: number;
}

const sumOfSquares = (weights: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] ** 2;
  return sum;
};

const accumulate = ({ order, ascending }: Ordered, weights: Float64Array): Weighted => {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < cumulative.length; i++) {
    sum += weights[order[i]];
    cumulative[i] = sum;
  }
  return { ascending, cumulative: cumulative.map((each) => each / sum), effective: 1 / sumOfSquares(weights) };
};

/** ∫ of the inverse of the weighted distribution function over (from, to). */
const integral = ({ ascending, cumulative }: Weighted, from: number, to: number): number => {
  const first = Math.min(countUpTo(cumulative, from), ascending.length - 1);
  let sum = 0;
  let below = first > 0 ? cumulative[first - 1] : 0;
  for (let i = first; i < ascending.length && below < to; i++) {
    const width = Math.min(cumulative[i], to) - Math.max(below, from);
    if (width > 0) sum += width * ascending[i];
    below = cumulative[i];
  }
  return sum;
};

/**
 * The p-quantile: the inverse distribution function averaged over a window as wide as one effective draw, which is type 7 where all
 * weights are equal. Akinshin 2023, "Weighted quantile estimators", section 3.2.
 */
const quantileOf = (weighted: Weighted, p: number): number => {
  const width = Math.min(1, 1 / weighted.effective);
  const from = p * (1 - width);
  return integral(weighted, from, from + width) / width;
};

/** The p-quantile of values under weights that add up to 1. */
export const weightedQuantile = (values: Float64Array, weights: Float64Array, p: number): number =>
  quantileOf(accumulate(orderOf(values), weights), p);

/** Σ w² (f − mean f)², the variance of a self-normalised estimate. Owen 2013, eq. 9.8. */
const errorOf = (values: Float64Array, weights: Float64Array, centre: number, f: (x: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (weights[i] * (f(values[i]) - centre)) ** 2;
  return Math.sqrt(sum);
};

/** Φ(±1). */
const oneSigma = [0.1586553, 0.8413447] as const;

/** Half the distance of the quantiles one standard error of the level apart, as `mcseQuantile` has it for chains. */
const quantileError = (weighted: Weighted, values: Float64Array, weights: Float64Array, p: number): number => {
  const level = quantileOf(weighted, p);
  const ess = (p * (1 - p)) / errorOf(values, weights, p, (x) => (x <= level ? 1 : 0)) ** 2;
  const [low, high] = oneSigma.map((side) => quantileOf(weighted, betaQuantile(side, ess * p + 1, ess * (1 - p) + 1)));
  return (high - low) / 2;
};

const meanOf = (values: Float64Array, weights: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
  return sum;
};

const biasedVarianceOf = (values: Float64Array, weights: Float64Array, centre: number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * (values[i] - centre) ** 2;
  return sum;
};

/**
 * A scalar under importance weights that add up to 1: mean, sd, quantiles and their Monte Carlo standard errors, those of
 * self-normalised estimates of independent draws. The sd has n* / (n* − 1) for n* effective draws.
 * @param values [draws], finite and not all the same.
 */
export const weightedRow = (name: string, values: Float64Array, weights: Float64Array): Row => {
  const weighted = accumulate(orderOf(values), weights);
  const mean = meanOf(values, weights);
  const biased = biasedVarianceOf(values, weights, mean);
  const quantile = (p: number): number => quantileOf(weighted, p);
  const mcseOf = (p: number): number => quantileError(weighted, values, weights, p);
  return {
    name,
    mean,
    sd: Math.sqrt(biased / (1 - 1 / weighted.effective)),
    q5: quantile(0.05),
    q50: quantile(0.5),
    q95: quantile(0.95),
    mcse: errorOf(values, weights, mean, (x) => x),
    mcseSd: errorOf(values, weights, biased, (x) => (x - mean) ** 2) / (2 * Math.sqrt(biased)),
    mcseQ5: mcseOf(0.05),
    mcseQ50: mcseOf(0.5),
    mcseQ95: mcseOf(0.95),
  };
};
