import { quantileOfSorted } from "./quantile.ts";
import { rankNormalised } from "./ranks.ts";
import { isConstant, isFiniteSeries, mapSeries, mean, pooled, type Series, splitChains, variance } from "./series.ts";

/** Σ (x_i − m)(x_{i+lag} − m) / n of one chain. */
const autocovariance = (centred: Float64Array, lag: number): number => {
  let sum = 0;
  for (let i = lag; i < centred.length; i++) sum += centred[i] * centred[i - lag];
  return sum / centred.length;
};

/** The estimate ρ̂_t of the autocorrelation over all chains, as a function of the lag. Vehtari et al. 2021, section 3.2. */
const autocorrelation = (chains: Series): ((lag: number) => number) => {
  const draws = chains[0].length;
  const means = Float64Array.from(chains, mean);
  const centred = chains.map((chain, c) => chain.map((draw) => draw - means[c]));
  const covariance = (lag: number): number =>
    centred.reduce((sum, chain) => sum + autocovariance(chain, lag), 0) / chains.length;
  const biased = covariance(0);
  const within = (biased * draws) / (draws - 1);
  const total = biased + (chains.length > 1 ? variance(means) : 0);
  return (lag) => (lag === 0 ? 1 : 1 - (within - covariance(lag)) / total);
};

/**
 * The integrated autocorrelation time 1 + 2 Σ ρ_t: sums of neighbours ρ_2k + ρ_2k+1 as long as they are positive, made to fall
 * (Geyer 1992, initial monotone sequence); of the last pair looked at, its even lag is kept where it is positive.
 * Vehtari et al. 2021, section 3.2.
 */
const autocorrelationTime = (rho: (lag: number) => number, draws: number): number => {
  let even = rho(0);
  let pair = even + rho(1);
  let falling = Number.POSITIVE_INFINITY;
  let time = -1;
  for (let lag = 2; pair > 0 && lag < draws - 2; lag += 2) {
    falling = Math.min(falling, pair);
    time += 2 * falling;
    even = rho(lag);
    pair = even + rho(lag + 1);
  }
  return time + Math.max(even, 0);
};

/**
 * Effective sample size of the mean of chains taken as they are, neither split nor ranked. At most S log10 S; S where all draws
 * are the same; NaN where a draw is not finite or a chain has fewer than two.
 */
export const essOf = (chains: Series): number => {
  const draws = chains[0].length;
  const all = chains.length * draws;
  if (draws < 2 || !isFiniteSeries(chains)) return Number.NaN;
  if (isConstant(chains)) return all;
  return all / Math.max(autocorrelationTime(autocorrelation(chains), draws), 1 / Math.log10(all));
};

/** ESS of the mean. */
export const essMean = (chains: Series): number => essOf(splitChains(chains));

/** ESS of the rank-normalised draws: how well the bulk is known. Vehtari et al. 2021. */
export const essBulk = (chains: Series): number => essOf(rankNormalised(splitChains(chains)));

/** ESS of the squared distance from the mean, for the standard deviation. */
export const essSd = (chains: Series): number => essMean(squaredDistances(chains));

/** (x − mean)², the mean taken over all chains. */
export const squaredDistances = (chains: Series): Series => {
  const centre = mean(pooled(chains));
  return mapSeries(chains, (draw) => (draw - centre) ** 2);
};

/** ESS of the p-quantile: of the indicator x ≤ quantile. Vehtari et al. 2021. */
export const essQuantile = (chains: Series, p: number, sorted: Float64Array = pooled(chains).sort()): number => {
  const level = quantileOfSorted(sorted, p);
  return essMean(mapSeries(chains, (draw) => (draw <= level ? 1 : 0)));
};

/** The smaller ESS of the 5 % and the 95 % quantile. Vehtari et al. 2021. */
export const essTail = (chains: Series): number => {
  const sorted = pooled(chains).sort();
  return Math.min(essQuantile(chains, 0.05, sorted), essQuantile(chains, 0.95, sorted));
};
