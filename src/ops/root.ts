import * as tf from "#tfjs";
import { checkCount, checkPositive } from "../core/check.ts";
import { isDouble } from "../core/double.ts";
import type { Tensor } from "../core/tensor.ts";
import { loop } from "./loop.ts";
import { stopGradient } from "./stopGradient.ts";

/** An increasing function and the log of its slope, element by element. */
export type Increasing = (x: Tensor) => { readonly value: Tensor; readonly logDet: Tensor };

export interface RootOptions {
  /** The first step at the most, away from 0 or `near`: 1 unless said. Steps double until the root lies behind. */
  readonly width?: number;
  /** Where to look first, of y's shape. */
  readonly near?: Tensor;
  /** Evaluations at the most: 200 unless said. Where they do not suffice the root is as near as they came. */
  readonly most?: number;
}

interface Search {
  /** Where to look next. */
  readonly x: Tensor;
  /** The root lies between: −∞ and ∞ as long as nothing is known. */
  readonly low: Tensor;
  readonly high: Tensor;
  /** How far the last step went. */
  readonly last: Tensor;
  /** Whether any root has not settled. */
  readonly moving: Tensor;
}

/** One over the slope, as far as it is a number. */
const inverseSlope = (logDet: Tensor): Tensor =>
  logDet
    .neg()
    .minimum(isDouble() ? 700 : 80)
    .exp();

/**
 * One evaluation: a step of Newton's where it stays inside and is at most half the last one, which no slow approach is; else half of
 * the bracket; else, where there is none yet, twice as far.
 */
const turn = (f: Increasing, y: Tensor, centre: Tensor, { x, low, high, last }: Search): Search => {
  const { value, logDet } = f(x);
  const gap = value.sub(y);
  // What overflows lies too far out.
  const beyond = tf.isNaN(gap);
  const below = tf.where(gap.lessEqual(0).logicalOr(beyond.logicalAnd(x.lessEqual(centre))), x, low);
  const above = tf.where(gap.greaterEqual(0).logicalOr(beyond.logicalAnd(x.greaterEqual(centre))), x, high);
  const step = gap.neg().mul(inverseSlope(logDet));
  const newton = x.add(step);
  const bounded = tf.isFinite(below).logicalAnd(tf.isFinite(above));
  const outwards = tf.where(tf.isFinite(below), last.mul(2), last.mul(-2));
  const halved = below.add(tf.where(bounded, above.sub(below), 0).mul(0.5));
  const other = tf.where(bounded, halved, x.add(outwards));
  const settled = x
    .abs()
    .add(1)
    .mul(isDouble() ? 1e-15 : 5e-7);
  // A root that has settled stays where it is while others of its batch still move.
  const good = newton
    .greaterEqual(below)
    .logicalAnd(newton.lessEqual(above))
    .logicalAnd(step.abs().lessEqual(last.mul(0.5).maximum(settled)));
  const next = tf.where(good, newton, other);
  const moved = next.sub(x).abs();
  const still = moved.lessEqual(settled).logicalOr(below.equal(above));
  return { x: next, low: below, high: above, last: moved, moving: still.logicalNot().any() };
};

const search = (f: Increasing, y: Tensor, options: RootOptions): Tensor => {
  const { width = 1, near, most = 200 } = options;
  const guess = near ? stopGradient(near) : tf.zerosLike(y);
  const centre = tf.where(tf.isFinite(guess), guess, 0);
  return loop<Search>(
    { while: ({ moving }) => moving, step: (now) => turn(f, y, centre, now), most },
    {
      x: centre,
      low: tf.fill(y.shape, Number.NEGATIVE_INFINITY),
      high: tf.fill(y.shape, Number.POSITIVE_INFINITY),
      last: tf.fill(y.shape, 2 * width),
      moving: tf.scalar(true, "bool"),
    },
  ).x;
};

/**
 * The x at which an increasing function is y, element by element, by Newton's steps inside a bracket that only shrinks: some ten
 * evaluations where the function is smooth, and never many more than halving would take. Gradients are implicit: dx = (dy − ∂f)/f′, to
 * y and to whatever f is made from; first ones only. NaN where y is.
 * @param f pure: a compiled program calls it a fixed number of times. @param y values that f reaches.
 * @throws FluvialError unless `width` is above 0 and `most` a whole number from 1.
 */
export const increasingRoot = (f: Increasing, y: Tensor, options: RootOptions = {}): Tensor => {
  checkPositive("increasingRoot: width", options.width ?? 1);
  checkCount("increasingRoot: most", options.most ?? 200);
  const x = stopGradient(search(f, stopGradient(y), options));
  const { value, logDet } = f(x);
  // 0, with the implicit gradient: no step is taken here, that rounding could carry far where f is flat.
  const change = y.sub(stopGradient(y)).sub(value.sub(stopGradient(value)));
  return x.add(change.mul(stopGradient(inverseSlope(logDet))));
};
