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
  /** What the distribution is a moved and scaled form of, where `noncentred` does not know it by its name. */
  readonly standard?: Standardised;
  /** The free numbers that a latent is inferred in, where they are not those of the support. */
  readonly coordinates?: Coordinates;
}

/** A distribution as the image of one without parameters, or with fewer: value = forward(u) with u from `base`. */
export interface Standardised {
  readonly base: Continuous;
  /** u [...batch, ...event] → value of the same shape. */
  forward(u: Tensor): Tensor;
  inverse(value: Tensor): Tensor;
}

/** Free numbers z for a latent, with a log-density that is computed from them rather than from the value. */
export interface Coordinates {
  readonly rank: number;
  /** What the image of z under its support's bijection is distributed as, whatever the parameters. */
  readonly base?: Continuous;
  /** z → value. The sum of all of `logProb` and `logDet` is log p(value) + log |d value / d z|. */
  forward(z: Tensor): { readonly value: Tensor; readonly logProb: Tensor; readonly logDet: Tensor };
  inverse(value: Tensor): Tensor;
  /** The shape of an event of z, from that of the value. */
  domain(event: Shape): Shape;
}

/** A distribution whose mean and variance have closed forms. Elementwise: [...shape]; NaN where they do not exist, ∞ where they diverge. */
export interface Moments {
  mean(): Tensor;
  /** Of each element, whatever the rank of an event. */
  variance(): Tensor;
}

/** A distribution of scalars whose distribution function can be inverted in closed form. */
export interface Quantile {
  /** The x with P(X ≤ x) = p, for p in [0, 1], which broadcasts against `shape`; NaN outside. */
  quantile(p: Tensor): Tensor;
}

/** A distribution of scalars whose cumulative distribution function is at hand, with its gradient. x broadcasts against `shape`. */
export interface Cumulative {
  /** P(X ≤ x); 0 below the support and 1 above it, NaN at NaN. */
  cdf(x: Tensor): Tensor;
  /** log P(X ≤ x), to full precision far into the lower tail. */
  logCdf(x: Tensor): Tensor;
  /** log P(X > x), to full precision far into the upper tail. */
  logSurvival(x: Tensor): Tensor;
}
