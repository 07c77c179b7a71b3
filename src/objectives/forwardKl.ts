import { checkCount, checkOptions } from "../core/check.ts";
import type { Density, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar } from "../core/tensor.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { drawFrom, inGroups, normalisedWeights, sharesOf } from "./drawn.ts";
import { checkDensity } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf, weighedCourse } from "./objective.ts";
import { valueWith } from "./surrogate.ts";

/**
 * KL(p‖q) but for the entropy of p, by importance sampling from the guide itself: value −Σ w̃ log q(z), gradient −Σ (w̃ − share) ∇log
 * q(z), w̃ ∝ p(z)^β / q(z) with sum 1 and fixed. The share's part has mean 0 and takes away all noise where the guide is exact. Biased
 * by O(1/K), K = `samples`, and consistent. The guide covers all mass of the posterior that its draws meet; no gradient of the model is
 * taken, and draws need not follow parameters. Needs log q anywhere. Bornschein & Bengio 2015, section 2.3 (the wake phase of q).
 * @param options.samples draws a step, 64 unless said.
 * @throws FluvialError on a number of samples below 2; at its first step where the guide is no Density.
 */
export const forwardKl = (options: { readonly samples?: number } = {}): Objective<Density> => {
  checkOptions("forward-kl", options, ["samples"]);
  const { samples = 64 } = options;
  checkCount("forward-kl: samples", samples, 2);
  const loss = (target: Target, q: Density, key: Key, now: Now): Scalar => {
    checkDensity("forward-kl", q, "iwae()");
    const drawn = drawFrom(q, key, { each: samples });
    const value = stopGradient(drawn.value);
    const logQ = q.logProb(value);
    const logWeight = logDensityAt(target, value).mul(now.beta).sub(logQ);
    const weights = stopGradient(normalisedWeights(drawn, logWeight));
    const logs = inGroups(drawn, logQ);
    const crossEntropy = weights.mul(stopGradient(logs)).sum().neg();
    return valueWith(
      crossEntropy,
      logs
        .mul(weights.sub(sharesOf(drawn)))
        .sum()
        .neg(),
    );
  };
  return objectiveOf("forward-kl", { samples }, samples, loss, weighedCourse);
};
