import { autocovariance } from "./autocovariance.ts";
import { type Centred, centredOf, type Flat, flatten, halvesOf } from "./flat.ts";
import { quantileOfSorted } from "./quantile.ts";
import { rankNormalised } from "./ranks.ts";
import { isConstant, isFiniteSeries, mean, pooled, type Series, splitEvenly, squaredFrom, variance } from "./series.ts";

/** The estimate ρ̂_t of the autocorrelation over all chains, as a function of the lag. Vehtari et al. 2021, section 3.2. */
const autocorrelation = (centred: Centred): ((lag: number) => number) => {
  const draws = centred.values.length / centred.chains;
  const covariance = autocovariance(centred);
  const biased = covariance(0);
  const within = (biased * draws) / (draws - 1);
  const total = biased + (centred.chains > 1 ? variance(centred.means) : 0);
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

/** Effective sample size of the mean of finite chains, two draws each at the least, that are not constant. At most S log10 S. */
export const essOfCentred = (centred: Centred): number => {
  const all = centred.values.length;
  return all / Math.max(autocorrelationTime(autocorrelation(centred), all / centred.chains), 1 / Math.log10(all));
};

/** Effective sample size of the mean of finite chains; S where all draws are the same, NaN where a chain has fewer than two. */
const essOfFinite = (flat: Flat): number => {
  const { values, chains } = flat;
  if (values.length < 2 * chains) return Number.NaN;
  return isConstant([values]) ? values.length : essOfCentred(centredOf(flat));
};

/** The same; NaN where a draw is not finite. */
const essOf = (flat: Flat): number => (isFiniteSeries([flat.values]) ? essOfFinite(flat) : Number.NaN);

/** ESS of the mean. */
export const essMean = (chains: Series): number => essOf(halvesOf(flatten(chains)));

/** ESS of the rank-normalised draws: how well the bulk is known. Vehtari et al. 2021. */
export const essBulk = (chains: Series): number => essOf(rankNormalised(halvesOf(flatten(chains))));

/** ESS of the squared distance from the mean, for the standard deviation. */
export const essSd = (chains: Series): number => essMean(squaredDistances(chains));

/** (x − mean)², the mean taken over all chains. */
export const squaredDistances = (chains: Series): Series => {
  const all = pooled(chains);
  return splitEvenly(squaredFrom(mean(all), all), chains.length);
};

const fillIndicator = (values: Float64Array, level: number, out: Float64Array): void => {
  for (let i = 0; i < values.length; i++) out[i] = values[i] <= level ? 1 : 0;
};

/** ESS of the indicator x ≤ level, over halves of chains. */
export const essOfLevel = ({ values, chains }: Flat, level: number): number => {
  const indicator = new Float64Array(values.length);
  fillIndicator(values, level, indicator);
  return essOfFinite({ values: indicator, chains });
};

/** ESS of the p-quantile: of the indicator x ≤ quantile. Vehtari et al. 2021. */
export const essQuantile = (chains: Series, p: number, sorted: Float64Array = pooled(chains).sort()): number =>
  essOfLevel(halvesOf(flatten(chains)), quantileOfSorted(sorted, p));

/** The smaller ESS of the 5 % and the 95 % quantile. Vehtari et al. 2021. */
export const essTail = (chains: Series): number => {
  const sorted = pooled(chains).sort();
  return Math.min(...[0.05, 0.95].map((p) => essQuantile(chains, p, sorted)));
};
