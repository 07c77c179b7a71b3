import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import type { Support, ValueSet } from "../transforms/support.ts";

/** A parameter as it was given, with the set it must lie in: how a model names a negative scale. */
export interface Parameter {
  readonly value: TensorLike;
  readonly within: ValueSet;
}

/**
 * A distribution with its parameters in it. One draw has shape `shape`; its last `rank` axes are one event, the axes before them
 * are independent copies, whose log-densities `logProb` gives apart.
 */
export interface Distribution {
  readonly name: string;
  readonly rank: number;
  readonly shape: Shape;
  readonly support: ValueSet;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** [...batch, ...shape]. Integers come as real tensors. */
  sample(key: Key, batch?: Shape): Tensor;
  /** x [...batch, ...event], broadcast against `shape` → [...batch]; −∞ outside the support, NaN at NaN. */
  logProb(x: Tensor): Tensor;
}

/** A distribution that a latent may have: its support comes with a bijection from ℝⁿ. */
export interface Continuous extends Distribution {
  readonly support: Support;
}
