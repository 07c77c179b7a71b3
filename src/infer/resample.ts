import { checkCount, fail } from "../core/check.ts";
import { type HostKey, hostUniforms } from "../core/key.ts";
import { shuffled } from "../core/shuffled.ts";
import { type DrawsOf, drawsAt } from "../posterior/draws.ts";
import type { Fit } from "../posterior/posterior.ts";
import { weightsRefused } from "./fitting/reweigh.ts";
import { verbKey } from "./verbKey.ts";

/**
 * Numbers of draws, each as often as its weight asks for to within one: one uniform in each of `count` equal strata of the weights, in
 * random order. Stratified resampling, Kitagawa 1996, appendix.
 */
export const resampledPlaces = (logWeights: Float64Array, count: number, key: HostKey): number[] => {
  const uniform = hostUniforms(key);
  const last = logWeights.length - 1;
  const places: number[] = [];
  let at = 0;
  let cumulative = Math.exp(logWeights[0]);
  for (let stratum = 0; stratum < count; stratum++) {
    const level = (stratum + uniform()) / count;
    while (cumulative < level && at < last) cumulative += Math.exp(logWeights[++at]);
    places.push(at);
  }
  return shuffled(places, uniform);
};

/**
 * Draws of the posterior from a fit: those of the guide, taken again with their importance weights as probabilities; shape
 * [1, count, ...event].
 * @param count as many as the fit has unless said; they repeat draws. @param seed 0 unless said.
 * @throws FluvialError where the fit's weights cannot be used, saying why.
 */
export const resampled = <L>(
  fitted: Pick<Fit<L>, "draws" | "logWeights" | "khat" | "model">,
  count: number = fitted.logWeights.length,
  seed = 0,
): DrawsOf<L> => {
  checkCount("resampled: count", count);
  const reason = weightsRefused(fitted.khat, fitted.logWeights.length);
  if (reason !== undefined)
    fail(
      `resampled: the weights of this fit of "${fitted.model}" cannot be used: ${reason}; take its own draws, or sample`,
    );
  const places = resampledPlaces(fitted.logWeights, count, verbKey("resampled", seed));
  return drawsAt(fitted.draws, places);
};
