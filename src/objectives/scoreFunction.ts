import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Density } from "../core/density.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { checkDensity } from "./needs.ts";
import { logDensityAt, type Objective, objectiveOf } from "./objective.ts";
import { valueWith } from "./surrogate.ts";

export interface ScoreFunctionOptions {
  /** Draws a step, 16 unless said. */
  readonly draws?: number;
  /** What is taken off the values of each draw: the mean over the others unless said, or nothing. */
  readonly baseline?: "leave-one-out" | "none";
}

/** f less a baseline that does not depend on its own draw: [draws] → [draws]. */
const baselines: Readonly<Record<NonNullable<ScoreFunctionOptions["baseline"]>, (f: Tensor) => Tensor>> = {
  none: (f) => f,
  "leave-one-out": (f) => f.sub(f.mean()).mul(f.size / (f.size - 1)),
};

/**
 * The negative ELBO with the score-function gradient, E_q[(log q − β log p) ∇log q]: unbiased, and noisy. It takes no gradient of the
 * model and lets draws be what they are, so that they need not follow the parameters. Draws of mixtures are plain ones. Williams 1992;
 * Ranganath, Gerrish & Blei 2014; leave-one-out: Mnih & Rezende 2016; Kool, van Hoof & Welling 2019. Needs log q anywhere.
 * @throws FluvialError on bad options, or one draw where the others make the baseline; at its first step where the guide is no Density.
 */
export const scoreFunction = (options: ScoreFunctionOptions = {}): Objective<Density> => {
  checkOptions("score-function", options, ["draws", "baseline"]);
  const { draws = 16, baseline = "leave-one-out" } = options;
  if (!Object.hasOwn(baselines, baseline))
    fail(`score-function: baseline: expected "leave-one-out" or "none", got ${showAny(baseline)}`);
  checkCount("score-function: draws", draws, baseline === "none" ? 1 : 2);
  return objectiveOf("score-function", { draws, baseline }, draws, (target, q: Density, key, now) => {
    checkDensity("score-function", q, "elbo()");
    const value = stopGradient(within("guide", () => q.draw(key, [draws])).value);
    const logQ = q.logProb(value);
    const f = stopGradient(logQ.sub(logDensityAt(target, value).mul(now.beta)));
    return valueWith(f.mean(), baselines[baseline](f).mul(logQ).mean());
  });
};
