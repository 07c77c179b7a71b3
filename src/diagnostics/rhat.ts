import { biasedVariance } from "./autocovariance.ts";
import { type Centred, centredOf, flatten, halvesOf } from "./flat.ts";
import { orderOf } from "./order.ts";
import { normalScores, scoresOf } from "./ranks.ts";
import { isInformative, type Series, variance } from "./series.ts";

/** √((B/W + n − 1)/n) of chains taken as they are; 1 where nothing differs. Vehtari et al. 2021, section 3.1. */
export const potentialScaleReduction = (chains: Centred): number => {
  const draws = chains.values.length / chains.chains;
  const between = draws * variance(chains.means);
  const within = (biasedVariance(chains) * draws) / (draws - 1);
  return between === 0 && within === 0 ? 1 : Math.sqrt((between / within + draws - 1) / draws);
};

/**
 * Split R-hat of rank-normalised draws, the larger of bulk and folded. Vehtari et al. 2021. NaN for fewer than four draws a
 * chain, draws that are not finite or all the same.
 */
export const rhat = (chains: Series): number => {
  if (!isInformative(chains)) return Number.NaN;
  const halves = halvesOf(flatten(chains));
  const { bulk, fold } = scoresOf(orderOf(halves.values), halves.chains, normalScores(halves.values.length));
  return Math.max(potentialScaleReduction(centredOf(bulk)), potentialScaleReduction(centredOf(fold)));
};
