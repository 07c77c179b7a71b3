import { fail } from "../core/check.ts";
import type { Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";

/**
 * A loss to go down on: target, guide, key, now → scalar. Its type says what it needs of a guide: an Objective<Density> does not
 * take a guide that is only a Sampler.
 */
export interface Objective<Q extends Sampler = Sampler> {
  (target: Target, q: Q, key: Key, now: Now): Scalar;
  /** Draws, and so gradients of the log density, a step. */
  readonly draws: number;
}

/**
 * The target's log density at draws [draws, size] → [draws], labelled as the model's.
 * @throws FluvialError where the target gives another shape, which would spread over the draws.
 */
export const logDensityAt = (target: Target, draws: Tensor): Tensor =>
  within("model", () => {
    const logDensity = target.logDensity(draws);
    const expected = draws.shape.slice(0, -1);
    if (!sameShape(logDensity.shape, expected))
      fail(`expected a log density of shape ${showShape(expected)}, got ${showShape(logDensity.shape)}`);
    return logDensity;
  });
