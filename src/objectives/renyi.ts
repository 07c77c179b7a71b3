import { checkOptions, fail, showAny } from "../core/check.ts";
import type { Scalar } from "../core/tensor.ts";
import { drawFrom } from "./drawn.ts";
import { type MultiSampleOptions, multiSample } from "./iwae.ts";
import { type Objective, objectiveOf } from "./objective.ts";
import { logPowerMean } from "./powerMean.ts";

export interface RenyiOptions extends MultiSampleOptions {
  /** From 0; 0.5 unless said. 0 is IWAE and 1 the ELBO. */
  readonly alpha?: number;
}

/**
 * The variational Rényi bound, negative: −(1/(1 − α)) log E_q[(p(z)^β / q(z))^(1 − α)] = D_α(q‖p) − log Z, with the mean over K =
 * `samples` draws in place of the expectation. What K draws give lies below the bound where α < 1 and above it where α > 1 (Jensen), by
 * O(1/K), where it may exceed the evidence. Small α covers the posterior's mass, large α keeps to its modes. With minibatches it is no
 * bound. Li & Turner 2016, eq. 6–9.
 * @throws FluvialError on numbers that are no counts, or α below 0, which is what `chi` goes down on.
 */
export const renyi = (options: RenyiOptions = {}): Objective => {
  checkOptions("renyi", options, ["alpha", "samples", "draws"]);
  const { alpha = 0.5 } = options;
  if (!(Number.isFinite(alpha) && alpha >= 0))
    fail(
      `renyi: alpha: expected a number from 0, got ${showAny(alpha)}; for the upper bounds of α < 0 use chi({ order: 1 − α })`,
    );
  const all = { alpha, ...multiSample(options, "renyi") };
  const { samples, draws } = all;
  return objectiveOf("renyi", all, samples * draws, (target, q, key, now) => {
    const drawn = drawFrom(q, key, { groups: draws, each: samples, exactly: true });
    return logPowerMean(target, drawn, now, 1 - alpha)
      .mean()
      .neg() as Scalar;
  });
};
