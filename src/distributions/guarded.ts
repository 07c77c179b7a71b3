import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";

/**
 * formula(x) where `here` is true, `elsewhere` where it is not. The formula never sees an x from elsewhere but `safe` in its
 * place: what it makes of that is thrown away, yet a NaN or ∞ there would still spoil the gradient.
 */
export const guarded = (
  here: Tensor,
  x: Tensor,
  safe: number,
  formula: (x: Tensor) => Tensor,
  elsewhere: Tensor | number,
): Tensor => tf.where(here, formula(tf.where(here, x, safe)), elsewhere);

/** The log-density outside a support: −∞, but NaN at NaN. */
export const outsideSupport = (x: Tensor): Tensor =>
  tf.where(tf.isNaN(x), Number.NaN, tf.fill(x.shape, Number.NEGATIVE_INFINITY));

/** The log-density at distance 0 from an edge near which the density is exp(logC) · distance^(power − 1). */
export const atEdge = (power: Tensor, logC: Tensor): Tensor =>
  tf.where(
    power.equal(1),
    logC,
    tf.where(power.less(1), Number.POSITIVE_INFINITY, tf.fill(power.shape, Number.NEGATIVE_INFINITY)),
  );
