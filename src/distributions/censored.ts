import * as tf from "#tfjs";
import { asTensor, type Shape, type Tensor } from "../core/tensor.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Cumulative, Distribution } from "./distribution.ts";
import type { Bounds } from "./flat.ts";
import { asReal, shapeOf, spreadShapes } from "./parameters.ts";
import { sampleShaped } from "./sampleShaped.ts";
import { checkedBounds, isContinuous } from "./truncated.ts";

/** x where a bound does not cover it. */
interface Covered {
  readonly x: Tensor;
  readonly below?: Tensor;
  readonly over?: Tensor;
}

const cover = ({ lower, upper }: Bounds, value: Tensor): Covered => {
  const x = asReal(value);
  return {
    x,
    ...(lower !== undefined && { below: x.lessEqual(asTensor(lower)) }),
    ...(upper !== undefined && { over: x.greaterEqual(asTensor(upper)) }),
  };
};

/** The values of the base, and all that lies at a bound or beyond. */
const coveredSupport = (base: Distribution, bounds: Bounds): ValueSet => ({
  name: `${base.support.name}, or a bound`,
  rank: 0,
  contains: (value) => {
    const { x, below, over } = cover(bounds, value);
    let inside = base.support.contains(x);
    for (const side of [below, over]) if (side) inside = tf.logicalOr(inside, side);
    return inside;
  },
  bounds: [bounds.lower, bounds.upper].filter((bound) => bound !== undefined),
});

const logProbOf =
  (base: Distribution & Cumulative, bounds: Bounds) =>
  (value: Tensor): Tensor => {
    const { x, below, over } = cover(bounds, value);
    const [low, high] = [bounds.lower, bounds.upper].map((bound) => bound !== undefined && asReal(asTensor(bound)));
    let at = x;
    if (below && low) at = tf.where(below, low, at);
    if (over && high) at = tf.where(over, high, at);
    let logProb = base.logProb(at);
    if (below && low) logProb = tf.where(below, base.logCdf(low), logProb);
    if (over && high) logProb = tf.where(over, base.logSurvival(isContinuous(base) ? high : high.sub(1)), logProb);
    return logProb;
  };

/**
 * A distribution seen through an instrument that stops at bounds: an observation at `lower` or below it stands for all that is as
 * small, with P(X ≤ lower) in place of a density, and one at `upper` or beyond for P(X ≥ upper). Tensors of bounds, one per
 * observation, say which are censored where: those not reached by their value are not. Draws are cut off at the bounds.
 * @param base any distribution of scalars with cumulative functions; a bound of counts is a whole number.
 * @param shape the shape of one draw, where it is larger than that of the base and the bounds.
 * @throws FluvialError where the base has no distribution function, or the bounds are missing, not finite or not in order.
 * @example
 * // Lifetimes, some still going on when the study ended at `last`.
 * censored(weibull(k, scale), { upper: last })
 */
export const censored = (base: Distribution & Cumulative, bounds: Bounds, shape: Shape = []): Distribution => {
  const checked = checkedBounds("censored", base, bounds);
  const parameters = { ...base.parameters, ...checked };
  const shapes = [base.shape, ...[bounds.lower, bounds.upper].filter((bound) => bound !== undefined).map(shapeOf)];
  const full = spreadShapes("censored", shape, shapes);
  return {
    name: "censored",
    rank: 0,
    shape: full,
    support: coveredSupport(base, bounds),
    parameters,
    sample: (key, batch = []) => {
      let draws = sampleShaped(base, key, [...batch, ...full]);
      if (bounds.lower !== undefined) draws = draws.maximum(asTensor(bounds.lower));
      return bounds.upper === undefined ? draws : draws.minimum(asTensor(bounds.upper));
    },
    logProb: logProbOf(base, bounds),
  };
};
