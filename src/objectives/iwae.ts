import { checkCount, checkOptions } from "../core/check.ts";
import type { Scalar } from "../core/tensor.ts";
import { drawFrom, logAverageExp } from "./drawn.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";

/** Options of an objective that takes the logarithm of a mean over several draws. */
export interface MultiSampleOptions {
  /** Draws inside the logarithm, 8 unless said. */
  readonly samples?: number;
  /** How often that is repeated at a step, to average; 1 unless said. */
  readonly draws?: number;
}

/** The options with their defaults. @throws FluvialError on numbers that are no counts. */
export const multiSample = (
  { samples = 8, draws = 1 }: MultiSampleOptions,
  who: string,
): Required<MultiSampleOptions> => {
  checkCount(`${who}: samples`, samples);
  checkCount(`${who}: draws`, draws);
  return { samples, draws };
};

/**
 * The importance-weighted bound, negative: −E[log (1/K) Σ p(z_k)^β / q(z_k)], K = `samples`. It lies between the ELBO (K = 1) and the
 * evidence, and rises with K. Its gradient is unbiased, but the part that trains the guide fades as 1/√K beside its noise (Rainforth
 * et al. 2018): `dreg` mends that. From a mixture the draws are stratified (Morningstar et al. 2021, SIWAE), where one component that fits makes
 * the whole bound: others may stay in the wrong place at any weight, so that mixtures are better trained by an ELBO. With minibatches the
 * logarithm of a noisy weight makes it no bound. Burda, Grosse & Salakhutdinov 2016, eq. 8.
 * @throws FluvialError on numbers that are no counts.
 */
export const iwae = (options: MultiSampleOptions = {}): Objective => {
  checkOptions("iwae", options, ["samples", "draws"]);
  const all = multiSample(options, "iwae");
  const { samples, draws } = all;
  return objectiveOf("iwae", { ...all }, samples * draws, (target, q, key, now) => {
    const drawn = drawFrom(q, key, { groups: draws, each: samples, exactly: true });
    const logWeight = logDensityAt(target, drawn.value).mul(now.beta).sub(drawn.logQ);
    return logAverageExp(drawn, logWeight).mean().neg() as Scalar;
  });
};
