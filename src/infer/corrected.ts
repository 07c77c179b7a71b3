import { sizeOf } from "../core/shape.ts";
import { isConstant, isFiniteSeries } from "../diagnostics/series.ts";
import { type Draws, type DrawsOf, scalarNames } from "../posterior/draws.ts";

/** One scalar of a guide beside its own importance-corrected estimate; figures are NaN where a draw is not finite. */
export interface Correction {
  readonly name: string;
  /** sd of the guide / corrected sd. */
  readonly sdRatio: number;
  /** Monte Carlo standard error of log(sdRatio). */
  readonly logSdError: number;
  /** (mean of the guide − corrected mean) / corrected sd. */
  readonly meanShift: number;
  readonly meanError: number;
}

const moments = (x: Float64Array, weights: Float64Array): { mean: number; variance: number } => {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += weights[i] * x[i];
  let variance = 0;
  for (let i = 0; i < x.length; i++) variance += weights[i] * (x[i] - mean) ** 2;
  return { mean, variance };
};

/** The variances of sums: of half the difference of two influences on the log variance, and of that on the shift of the mean. */
const squaredInfluences = (
  x: Float64Array,
  weights: Float64Array,
  plain: { mean: number; variance: number },
  weighted: { mean: number; variance: number },
): { sd: number; mean: number } => {
  const equal = 1 / x.length;
  const sd = Math.sqrt(weighted.variance);
  const meanShift = (plain.mean - weighted.mean) / sd;
  const sums = { sd: 0, mean: 0 };
  for (let i = 0; i < x.length; i++) {
    const fromWeighted = x[i] - weighted.mean;
    const fromPlain = x[i] - plain.mean;
    const a = weights[i] * ((fromWeighted * fromWeighted) / weighted.variance - 1);
    const b = equal * ((fromPlain * fromPlain) / plain.variance - 1);
    sums.sd += (0.5 * (a - b)) ** 2;
    sums.mean += ((equal * fromPlain - weights[i] * fromWeighted) / sd - 0.5 * meanShift * a) ** 2;
  }
  return sums;
};

/**
 * Compares a series under equal weights with the same under importance weights. The errors are those of the difference: both
 * sides use the same draws, so that what they share cancels. They are sums of squared influences: what one more of draw i adds to
 * log(sdRatio) and to meanShift, the latter through both means and through the sd that it is divided by.
 */
const correct = (name: string, x: Float64Array, weights: Float64Array): Correction => {
  const equal = 1 / x.length;
  const plain = moments(x, () => equal);
  const weighted = moments(x, (i) => weights[i]);
  const sd = Math.sqrt(weighted.variance);
  const meanShift = (plain.mean - weighted.mean) / sd;
  let sdVariance = 0;
  let meanVariance = 0;
  for (let i = 0; i < x.length; i++) {
    const a = weights[i] * ((x[i] - weighted.mean) ** 2 / weighted.variance - 1);
    const b = equal * ((x[i] - plain.mean) ** 2 / plain.variance - 1);
    sdVariance += (0.5 * (a - b)) ** 2;
    const apart = (equal * (x[i] - plain.mean) - weights[i] * (x[i] - weighted.mean)) / sd;
    meanVariance += (apart - 0.5 * meanShift * a) ** 2;
  }
  return {
    name,
    sdRatio: Math.sqrt(plain.variance / weighted.variance),
    logSdError: Math.sqrt(sdVariance),
    meanShift,
    meanError: Math.sqrt(meanVariance),
  };
};

const series = ({ shape, values }: Draws, flat: number): Float64Array => {
  const width = sizeOf(shape.slice(2));
  return Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + flat]);
};

const unknown = { sdRatio: Number.NaN, logSdError: Number.NaN, meanShift: Number.NaN, meanError: Number.NaN };

/** Every scalar that varies or is not finite, compared under normalised importance weights. */
export const corrections = (draws: DrawsOf<Record<string, unknown>>, logWeights: Float64Array): Correction[] => {
  const weights = logWeights.map(Math.exp);
  return Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).flatMap((scalar, flat) => {
      const x = series(quantity, flat);
      if (!isFiniteSeries([x])) return [{ name: scalar, ...unknown }];
      return isConstant([x]) ? [] : [correct(scalar, x, weights)];
    }),
  );
};
