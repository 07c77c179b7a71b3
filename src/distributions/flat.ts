import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { interval, lower, upper } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import type { Support } from "../transforms/support.ts";
import type { Continuous } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { above, asReal, given, type ParameterSet, reals, spread } from "./parameters.ts";

/** The ends of a half-line or an interval. */
export interface Bounds {
  readonly lower?: TensorLike;
  readonly upper?: TensorLike;
}

const improper = (who: string): never =>
  fail(
    `${who} is improper and cannot be drawn from; prior draws and simulation-based calibration need a proper prior in its place, such as normal(0, 10)`,
  );

/** 0 inside a set, −∞ outside, NaN where x holds one. */
const indicator = (support: Support, x: Tensor): Tensor =>
  tf.where(support.contains(x), 0, outsideEvents(x, support.rank));

const supportOf = ({ lower: low, upper: high }: Bounds): Support => {
  if (low !== undefined && high !== undefined) return interval(low, high);
  if (low !== undefined) return lower(low);
  return high === undefined ? realLine : upper(high);
};

/**
 * The improper uniform prior: log-density 0 on the real line, or within the bounds, with no normalising constant even where there could
 * be one. It cannot be drawn from.
 * @param bounds lower and upper, either or both; they may be tensors, and depend on other latents: flat({ lower: 0, upper: other }).
 * @param shape the shape of one draw, where it is larger than that of the bounds.
 * @throws FluvialError where bounds are numbers that are not finite or not in order, or an option is unknown.
 */
export const flat = (bounds: Bounds = {}, shape: Shape = []): Continuous => {
  if (typeof bounds !== "object" || bounds === null || Array.isArray(bounds))
    fail(`flat: expected { lower, upper } or nothing, got ${JSON.stringify(bounds)}`);
  checkOptions("flat", bounds, ["lower", "upper"]);
  const { lower: low, upper: high } = bounds;
  const sets: Record<string, readonly [TensorLike, ParameterSet]> = {};
  if (low !== undefined) sets.lower = [low, reals];
  if (high !== undefined) sets.upper = [high, low === undefined ? reals : above(low)];
  const { parameters } = given("flat", sets);
  const full = spread("flat", shape, ...Object.values(parameters).map(({ value }) => value));
  const support = supportOf(bounds);
  return {
    name: "flat",
    rank: 0,
    shape: full,
    support,
    parameters,
    sample: () => improper("flat"),
    logProb: (x) => indicator(support, asReal(x)),
  };
};

/**
 * The improper uniform prior on any support: log-density 0 inside it, with respect to the coordinates that its log-determinants refer
 * to. It cannot be drawn from.
 * @param support one of `supports`: flatOn(supports.simplex, [3]).
 * @param shape the shape of one draw, which ends in that of an event.
 * @throws FluvialError where the shape has too few axes, or is not one that the support takes.
 */
export const flatOn = (support: Support, shape: Shape = []): Continuous => {
  if (typeof support?.forward !== "function")
    fail(`flatOn: expected a support, as supports.simplex is one, got ${typeof support}`);
  if (!Array.isArray(shape) || shape.length < support.rank)
    fail(`flatOn: ${support.name} need ${support.rank} axes, but the shape is ${showShape(shape)}`);
  if (support.rank > 0) support.domain(shape.slice(shape.length - support.rank));
  return {
    name: "flatOn",
    rank: support.rank,
    shape,
    support,
    parameters: {},
    sample: () => improper("flatOn"),
    logProb: (x) => indicator(support, asReal(x)),
  };
};
