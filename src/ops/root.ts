import * as tf from "#tfjs";
import { checkCount } from "../core/check.ts";
import { isDouble } from "../core/double.ts";
import type { Tensor } from "../core/tensor.ts";
import { loop } from "./loop.ts";
import { stopGradient } from "./stopGradient.ts";

/** An increasing function and the log of its slope, element by element. */
export type Increasing = (x: Tensor) => { readonly value: Tensor; readonly logDet: Tensor };

export interface RootOptions {
  /** The half width of the first bracket around 0 or `near`: 1 unless said. It doubles until it holds the root. */
  readonly width?: number;
  /** Where to look first, of y's shape. */
  readonly near?: Tensor;
  /** Steps at the most, of widening and of narrowing: 200 unless said. Where they do not suffice the root is as near as they came. */
  readonly most?: number;
}

interface Bracket {
  readonly low: Tensor;
  readonly high: Tensor;
}

const wider = (f: Increasing, y: Tensor, { low, high }: Bracket): Bracket => {
  const width = high.sub(low);
  return {
    low: tf.where(f(low).value.greater(y), low.sub(width), low),
    high: tf.where(f(high).value.less(y), high.add(width), high),
  };
};

const holds = (f: Increasing, y: Tensor, { low, high }: Bracket): Tensor =>
  f(low).value.greater(y).logicalOr(f(high).value.less(y)).any();

/** A step of Newton's, or half of the bracket where that would leave it or the slope is no help. */
const narrower = (
  f: Increasing,
  y: Tensor,
  now: Bracket & { readonly x: Tensor },
): Bracket & { readonly x: Tensor } => {
  const { value, logDet } = f(now.x);
  const gap = value.sub(y);
  const low = tf.where(gap.lessEqual(0), now.x, now.low);
  const high = tf.where(gap.greaterEqual(0), now.x, now.high);
  const newton = now.x.sub(gap.mul(logDet.neg().exp()));
  const inside = newton.greater(low).logicalAnd(newton.less(high));
  return { low, high, x: tf.where(inside, newton, low.add(high).mul(0.5)) };
};

/**
 * The x at which an increasing function is y, element by element, by Newton's steps inside a bracket that only shrinks. Gradients are
 * implicit: dx = (dy − ∂f)/f′, to y and to whatever f is made from; first ones only.
 * @param f pure: a compiled program calls it a fixed number of times. @param y values that f reaches.
 */
export const increasingRoot = (f: Increasing, y: Tensor, options: RootOptions = {}): Tensor => {
  const { width = 1, near, most = 200 } = options;
  checkCount("increasingRoot: most", most);
  const at = stopGradient(y);
  const settled = isDouble() ? 1e-15 : 5e-7;
  const centre = near ? stopGradient(near) : tf.zerosLike(at);
  const bracket = loop<Bracket>(
    { while: (now) => holds(f, at, now), step: (now) => wider(f, at, now), most },
    { low: centre.sub(width), high: centre.add(width) },
  );
  const { low, high } = bracket;
  const found = loop<Bracket & { x: Tensor; moved: Tensor }>(
    {
      while: ({ moved }) => moved,
      step: ({ moved: _, ...now }) => {
        const next = narrower(f, at, now);
        const still = next.x.sub(now.x).abs().lessEqual(next.x.abs().add(1).mul(settled));
        return { ...next, moved: still.logicalNot().any() };
      },
      most,
    },
    { low, high, x: low.add(high).mul(0.5), moved: tf.scalar(true, "bool") },
  );
  const x = stopGradient(found.x);
  const { value, logDet } = f(x);
  // One more step of Newton's, whose gradient is the implicit one.
  return x.sub(value.sub(y).mul(stopGradient(logDet.neg().exp())));
};
