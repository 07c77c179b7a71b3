import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Density, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { type Drawn, drawFrom, inGroups, isStratified, logAverageExp, normalisedWeights, sharesOf } from "./drawn.ts";
import { type MultiSampleOptions, multiSample } from "./iwae.ts";
import { checkDensity } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf, weighedCourse } from "./objective.ts";
import { pathLogProb, valueWith } from "./surrogate.ts";

export interface ChiOptions extends MultiSampleOptions {
  /** Above 1; 2 unless said, the χ²-divergence. */
  readonly order?: number;
}

/** log p^β / q at draws, and what has the slope of CUBO, draw by draw, where their weights [groups, each] are fixed. */
interface Weighed {
  readonly logWeight: Tensor;
  surrogate(weights: Tensor): Tensor;
}

type Weigh = (q: Density, target: Target, drawn: Drawn, now: Now, order: number) => Weighed;

/** (1 − n) w̃ ∂log w/∂z · ∂z/∂φ: up the weight, by draws that follow the parameters. */
const byPath: Weigh = (q, target, drawn, now, order) => {
  const logWeight = logDensityAt(target, drawn.value).mul(now.beta).sub(pathLogProb(q, drawn.value));
  return {
    logWeight,
    surrogate: (weights) =>
      inGroups(drawn, logWeight)
        .mul(weights)
        .mul(1 - order),
  };
};

/** ((1 − n) / n) (w̃ − share) ∇log q(z), for mixtures, whose draws do not follow their weights. */
const byScore: Weigh = (q, target, drawn, now, order) => {
  const value = stopGradient(drawn.value);
  const logQ = q.logProb(value);
  const logWeight = logDensityAt(target, value).mul(now.beta).sub(logQ);
  const factor = (1 - order) / order;
  return {
    logWeight,
    surrogate: (weights) =>
      inGroups(drawn, logQ)
        .mul(weights.sub(sharesOf(drawn)))
        .mul(factor),
  };
};

/**
 * The χ upper bound of the evidence, CUBO_n = (1/n) log E_q[(p(z)^β / q(z))^n], n = `order`, with the mean over K = `samples` draws in
 * place of the expectation. To go down on it is to go up on −CUBO, which training watches: it rises to minus the log evidence. What K
 * draws give lies below CUBO by O(1/K), and may lie below the evidence. The gradient is (1 − n) Σ w̃ ∂log w/∂z · ∂z/∂φ, w̃ ∝ wⁿ with
 * sum 1: times Σ wⁿ / K it is that of exp(n · CUBO) / n without bias, by itself it is biased by O(1/K). (The slope of what K draws give
 * would flee the posterior: of one draw that is the ELBO, gone down on.) It vanishes where the guide is exact. The guide covers the
 * posterior's tails. Needs log q anywhere. Dieng, Tran, Ranganath, Paisley & Blei 2017, eq. 5; the identity is that of Tucker, Lawson,
 * Gu & Maddison 2019.
 * @throws FluvialError on numbers that are no counts, or an order of 1 or less; at its first step where the guide is no Density.
 */
export const chi = (options: ChiOptions = {}): Objective<Density> => {
  checkOptions("chi", options, ["order", "samples", "draws"]);
  const { order = 2 } = options;
  if (!(Number.isFinite(order) && order > 1)) fail(`chi: order: expected a number above 1, got ${showAny(order)}`);
  const all = { order, ...multiSample({ samples: options.samples ?? 16, draws: options.draws }, "chi") };
  const { samples, draws } = all;
  checkCount("chi: samples", samples, 2);
  const loss = (target: Target, q: Density, key: Key, now: Now): Scalar => {
    checkDensity("chi", q, "iwae()");
    const drawn = drawFrom(q, key, { groups: draws, each: samples });
    const { logWeight, surrogate } = (isStratified(q) ? byScore : byPath)(q, target, drawn, now, order);
    const powers = logWeight.mul(order);
    const weights = stopGradient(normalisedWeights(drawn, powers));
    return valueWith(logAverageExp(drawn, powers).div(order).mean(), surrogate(weights).sum(-1).mean());
  };
  return objectiveOf("chi", all, samples * draws, loss, weighedCourse);
};
