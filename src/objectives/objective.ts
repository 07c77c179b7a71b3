import type { Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar } from "../core/tensor.ts";

/**
 * A loss to go down on: target, guide, key, now → scalar. Its type says what it needs of a guide: an Objective<Density> does not
 * take a guide that is only a Sampler.
 */
export interface Objective<Q extends Sampler = Sampler> {
  (target: Target, q: Q, key: Key, now: Now): Scalar;
  /** Draws, and so gradients of the log density, a step. */
  readonly draws: number;
}
