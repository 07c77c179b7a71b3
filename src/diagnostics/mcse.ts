import { betaQuantile } from "./beta.ts";
import { essMean, essQuantile, squaredDistances } from "./ess.ts";
import { mean, pooled, type Series, variance } from "./series.ts";

/** Monte Carlo standard error of the mean: sd / √ESS. */
export const mcseMean = (chains: Series): number => Math.sqrt(variance(pooled(chains)) / essMean(chains));

/**
 * Monte Carlo standard error of the standard deviation, by the delta method from the error of the variance: right for any
 * distribution with four moments. Kenney & Keeping 1951; as in the R package posterior.
 */
export const mcseSd = (chains: Series): number => {
  const squares = squaredDistances(chains);
  return mcseSdOf(pooled(squares), essMean(squares));
};

const sumOfFourth = (squares: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < squares.length; i++) sum += squares[i] * squares[i];
  return sum;
};

/** The same from the squared distances from the mean and the ESS of theirs. */
export const mcseSdOf = (squares: Float64Array, ess: number): number => {
  const second = mean(squares);
  const fourth = sumOfFourth(squares) / squares.length;
  return Math.sqrt((fourth - second * second) / ess / (4 * second));
};

/** Φ(±1). */
const oneSigma = [0.1586553, 0.8413447] as const;

/**
 * Monte Carlo standard error of the p-quantile: half the distance of the draws at the ±1 sd quantiles of
 * Beta(ESS p + 1, ESS (1 − p) + 1). Vehtari et al. 2021.
 */
export const mcseQuantile = (chains: Series, p: number): number => {
  const sorted = pooled(chains).sort();
  return mcseQuantileOf(sorted, essQuantile(chains, p, sorted), p);
};

/** The same from all draws sorted and the ESS of the indicator. */
export const mcseQuantileOf = (sorted: Float64Array, ess: number, p: number): number => {
  const [low, high] = oneSigma.map((level) => sorted.length * betaQuantile(level, ess * p + 1, ess * (1 - p) + 1) - 1);
  return (sorted[Math.ceil(Math.min(high, sorted.length - 1))] - sorted[Math.floor(Math.max(low, 0))]) / 2;
};
