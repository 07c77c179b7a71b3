import { khatOf } from "../../diagnostics/psis.ts";
import { isConstant, isFiniteSeries, mean, squaredFrom } from "../../diagnostics/series.ts";
import { type DrawsOf, pooledDraws, scalarNames } from "../../posterior/draws.ts";

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
  /** k-hat of (x − mean)² under the raw weights: whether they can correct this scalar at all. Left out where they were not given. */
  readonly khat?: number;
}

const moments = (x: Float64Array, weights: Float64Array): { mean: number; variance: number } => {
  let mean = 0;
  for (let i = 0; i < x.length; i++) mean += weights[i] * x[i];
  let variance = 0;
  for (let i = 0; i < x.length; i++) variance += weights[i] * (x[i] - mean) ** 2;
  return { mean, variance };
};

/**
 * Compares a series under equal weights with the same under importance weights. The errors are those of the difference: both
 * sides use the same draws, so that what they share cancels. They are sums of squared influences: what one more of draw i adds to
 * log(sdRatio) and to meanShift, the latter through both means and through the sd that it is divided by.
 */
const correct = (name: string, x: Float64Array, weights: Float64Array): Correction => {
  const equal = 1 / x.length;
  const plain = moments(x, new Float64Array(x.length).fill(equal));
  const weighted = moments(x, weights);
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

/** k-hat of a series' squared distance from its mean, which is larger than that of the distance. */
const khatOfSpread = (x: Float64Array, rawLogWeights: Float64Array): number =>
  khatOf(rawLogWeights, squaredFrom(mean(x), x));

const unknown = { sdRatio: Number.NaN, logSdError: Number.NaN, meanShift: Number.NaN, meanError: Number.NaN };

/**
 * Every scalar that varies or is not finite, compared under normalised importance weights; with the raw ones too, each with its own
 * k-hat.
 */
export const corrections = (
  draws: DrawsOf<Record<string, unknown>>,
  logWeights: Float64Array,
  rawLogWeights?: Float64Array,
): Correction[] => {
  const weights = logWeights.map((logWeight) => Math.exp(logWeight));
  return Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).flatMap((scalar, flat) => {
      const x = pooledDraws(quantity, flat);
      if (!isFiniteSeries([x])) return [{ name: scalar, ...unknown }];
      if (isConstant([x])) return [];
      const corrected = correct(scalar, x, weights);
      return [rawLogWeights ? { ...corrected, khat: khatOfSpread(x, rawLogWeights) } : corrected];
    }),
  );
};
