import { checkOptions, fail, showAny } from "../core/check.ts";
import type { Scalar } from "../core/tensor.ts";
import { drawFrom } from "./drawn.ts";
import { type MultiSampleOptions, multiSample } from "./iwae.ts";
import { type Objective, objectiveOf } from "./objective.ts";
import { logPowerMean } from "./powerMean.ts";

export interface ChiOptions extends MultiSampleOptions {
  /** Above 1; 2 unless said, the χ²-divergence. */
  readonly order?: number;
}

/**
 * The χ upper bound of the evidence, CUBO_n = (1/n) log E_q[(p(z)^β / q(z))^n], n = `order`, with the mean over K = `samples` draws in
 * place of the expectation. To go down on it is to go up on −CUBO, which training watches: it rises to minus the log evidence. What K
 * draws give lies below CUBO by O(1/K), so that it may fall below the evidence; its gradient is that of exp(n · CUBO), which K draws give
 * without bias, divided by what they give for that. The guide covers the posterior's tails; its weights must have n moments or the
 * gradient has no variance. Dieng, Tran, Ranganath, Paisley & Blei 2017, eq. 5 and algorithm 1.
 * @throws FluvialError on numbers that are no counts, or an order of 1 or less.
 */
export const chi = (options: ChiOptions = {}): Objective => {
  checkOptions("chi", options, ["order", "samples", "draws"]);
  const { order = 2 } = options;
  if (!(Number.isFinite(order) && order > 1)) fail(`chi: order: expected a number above 1, got ${showAny(order)}`);
  const all = { order, ...multiSample({ samples: options.samples ?? 16, draws: options.draws }, "chi") };
  const { samples, draws } = all;
  return objectiveOf("chi", all, samples * draws, (target, q, key, now) => {
    const drawn = drawFrom(q, key, { groups: draws, each: samples, exactly: true });
    return logPowerMean(target, drawn, now, order).mean() as Scalar;
  });
};
