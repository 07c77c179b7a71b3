import { median } from "./quantile.ts";
import { rankNormalised } from "./ranks.ts";
import { isInformative, mapSeries, mean, pooled, type Series, splitChains, variance } from "./series.ts";

/** √((B/W + n − 1)/n) of chains taken as they are; 1 where nothing differs. Vehtari et al. 2021, section 3.1. */
const potentialScaleReduction = (chains: Series): number => {
  const draws = chains[0].length;
  const between = draws * variance(Float64Array.from(chains, mean));
  const within = mean(Float64Array.from(chains, variance));
  return between === 0 && within === 0 ? 1 : Math.sqrt((between / within + draws - 1) / draws);
};

/**
 * Split R-hat of rank-normalised draws, the larger of bulk and folded. Vehtari et al. 2021. NaN for fewer than four draws a
 * chain, draws that are not finite or all the same.
 */
export const rhat = (chains: Series): number => {
  const halves = splitChains(chains);
  if (!isInformative(chains)) return Number.NaN;
  const centre = median(pooled(halves));
  const folded = mapSeries(halves, (draw) => Math.abs(draw - centre));
  return Math.max(potentialScaleReduction(rankNormalised(halves)), potentialScaleReduction(rankNormalised(folded)));
};
