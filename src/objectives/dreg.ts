import { checkOptions, fail } from "../core/check.ts";
import type { Density, Sampler } from "../core/density.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { drawFrom, inGroups, isStratified, logAverageExp, normalisedWeights } from "./drawn.ts";
import { type MultiSampleOptions, multiSample } from "./iwae.ts";
import { checkDensity } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";
import { pathLogProb, valueWith } from "./surrogate.ts";

const checkGuide = (q: Sampler): void => {
  checkDensity("dreg", q, "iwae()");
  if (isStratified(q))
    fail(
      "dreg: a draw of a mixture does not follow its weights, so that its score cannot be reparameterised; use iwae()",
    );
};

/**
 * The importance-weighted bound of `iwae`, with its gradient doubly reparameterised: Σ w̃² ∂log w/∂z · ∂z/∂φ, w̃ the normalised
 * weights. Unbiased for IWAE's gradient; its noise does not outgrow it as `samples` grow, and vanishes where the guide is exact.
 * Needs log q anywhere, and draws that follow the parameters. Tucker, Lawson, Gu & Maddison 2019, eq. 8.
 * @throws FluvialError on numbers that are no counts; at its first step where the guide is no Density, or a mixture.
 */
export const dreg = (options: MultiSampleOptions = {}): Objective<Density> => {
  checkOptions("dreg", options, ["samples", "draws"]);
  const all = multiSample(options, "dreg");
  const { samples, draws } = all;
  return objectiveOf("dreg", { ...all }, samples * draws, (target, q: Density, key, now) => {
    checkGuide(q);
    const drawn = drawFrom(q, key, { groups: draws, each: samples });
    const logWeight = logDensityAt(target, drawn.value).mul(now.beta).sub(pathLogProb(q, drawn.value));
    const squared = stopGradient(normalisedWeights(drawn, logWeight).square());
    const surrogate = inGroups(drawn, logWeight).mul(squared).sum(-1).mean();
    return valueWith(logAverageExp(drawn, logWeight).mean().neg(), surrogate.neg());
  });
};
