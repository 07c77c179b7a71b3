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
  const all = pooled(squares);
  const second = mean(all);
  const fourth = mean(all.map((square) => square * square));
  return Math.sqrt((fourth - second * second) / essMean(squares) / (4 * second));
};

/** Φ(±1). */
const oneSigma = [0.1586553, 0.8413447] as const;

/**
 * Monte Carlo standard error of the p-quantile: half the distance of the draws at the ±1 sd quantiles of
 * Beta(ESS p + 1, ESS (1 − p) + 1). Vehtari et al. 2021.
 */
export const mcseQuantile = (chains: Series, p: number): number => {
  const sorted = pooled(chains).sort();
  const ess = essQuantile(chains, p, sorted);
  const [low, high] = oneSigma.map((level) => sorted.length * betaQuantile(level, ess * p + 1, ess * (1 - p) + 1) - 1);
  return (sorted[Math.ceil(Math.min(high, sorted.length - 1))] - sorted[Math.floor(Math.max(low, 0))]) / 2;
};
