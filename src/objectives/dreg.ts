import { checkOptions, fail } from "../core/check.ts";
import type { Density, PathSampler, Sampler } from "../core/density.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { inGroups, isStratified, logAverageExp, normalisedWeights } from "./drawn.ts";
import { type MultiSampleOptions, multiSample } from "./iwae.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";
import { pathDrawn } from "./pathDrawn.ts";
import { valueWith } from "./surrogate.ts";

const checkGuide = (q: Sampler): void => {
  if (isStratified(q))
    fail(
      "dreg: a draw of a mixture does not follow its weights, so that its score cannot be reparameterised; use iwae()",
    );
};

/**
 * The importance-weighted bound of `iwae`, with its gradient doubly reparameterised: Σ w̃² ∂log w/∂z · ∂z/∂φ, w̃ the normalised
 * weights. Unbiased for IWAE's gradient; its noise does not outgrow it as `samples` grow, and vanishes where the guide is exact.
 * Needs log q anywhere, and draws that follow the parameters; of a guide with noise u of its own, the joint
 * log q(z, u), where the way back r(u | z) counts as a part of the model does. Tucker, Lawson, Gu & Maddison 2019, eq. 8.
 * @throws FluvialError on numbers that are no counts; at its first step where the guide is neither, or a mixture.
 */
export const dreg = (options: MultiSampleOptions = {}): Objective<Density | PathSampler> => {
  checkOptions("dreg", options, ["samples", "draws"]);
  const all = multiSample(options, "dreg");
  const { samples, draws } = all;
  return objectiveOf("dreg", { ...all }, samples * draws, (target, q: Density | PathSampler, key, now) => {
    checkGuide(q);
    const drawn = pathDrawn("dreg", q, key, { groups: draws, each: samples }, { instead: "iwae()", held: true });
    const logWeight = logDensityAt(target, drawn.value).mul(now.beta).sub(drawn.logQ);
    const weights = stopGradient(normalisedWeights(drawn, logWeight));
    const along = inGroups(drawn, logWeight).mul(weights.square());
    // Of log r(u | z), what follows its parameters alone counts by the weights, not by their squares.
    const held = drawn.backHere && inGroups(drawn, drawn.backHere).mul(weights.sub(weights.square()));
    const surrogate = (held ? along.add(held) : along).sum(-1).mean();
    return valueWith(logAverageExp(drawn, logWeight).mean().neg(), surrogate.neg());
  });
};
