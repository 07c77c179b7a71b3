import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { loop } from "../loop.ts";
import { combined, explicitStep, type Slope } from "./step.ts";
import type { Embedded } from "./tableaux.ts";

/** How steps are chosen. */
export interface Control {
  readonly relative: number;
  readonly absolute: number;
  /** Accepted steps at the most, over all times. */
  readonly maxSteps: number;
}

/** The steps of a solution: as many as there is room for, those not needed of length 0. */
export interface Steps {
  /** [maxSteps]. */
  readonly lengths: Tensor;
  /** [times]: the number of steps after which each time is reached; 0 where it is not. */
  readonly landed: Tensor;
  /** y after the last of them. */
  readonly last: Tensor;
}

interface State {
  readonly t: Scalar;
  readonly y: Tensor;
  readonly h: Scalar;
  /** Times reached and steps accepted so far, as reals. */
  readonly reached: Scalar;
  readonly accepted: Scalar;
  readonly lengths: Tensor;
  readonly landed: Tensor;
}

const counting = (length: number): Tensor => tf.tensor1d(range(length), "float32");
const either = (condition: Tensor, a: Tensor, b: Tensor): Scalar => tf.where(condition, a, b) as Scalar;

/** The root mean square of x in units of what is allowed at y: Hairer, Nørsett & Wanner 1993, eq. II.4.11. */
const sizeOf = (x: Tensor, y: Tensor, { relative, absolute }: Control): Scalar =>
  x.div(y.abs().mul(relative).add(absolute)).square().mean().sqrt() as Scalar;

/** A first step of which one of Euler's is not far from right: Hairer, Nørsett & Wanner 1993, section II.4. */
const firstStep = (f: Slope, t: Scalar, y: Tensor, order: number, control: Control): Scalar => {
  const slope = f(t, y);
  const [size, steepness] = [sizeOf(y, y, control), sizeOf(slope, y, control)];
  const tiny = size.less(1e-5).logicalOr(steepness.less(1e-5));
  const guess = either(tiny, tf.scalar(1e-6), size.mul(0.01).div(tf.where(tiny, tf.scalar(1), steepness)));
  const bend = sizeOf(f(t.add(guess) as Scalar, y.add(slope.mul(guess))).sub(slope), y, control).div(guess);
  const most = tf.maximum(steepness, bend);
  const flat = most.lessEqual(1e-15);
  const next = either(
    flat,
    tf.maximum(tf.scalar(1e-6), guess.mul(1e-3)),
    tf.pow(tf.scalar(0.01).div(tf.where(flat, tf.scalar(1), most)), tf.scalar(1 / (order + 1))),
  );
  return tf.minimum(guess.mul(100), next) as Scalar;
};

/** What a step's length is multiplied by after an error, which is 1 where it is just allowed. */
const growth = (error: Scalar, order: number): Tensor => {
  const safe = tf.where(error.greater(0), error, tf.scalar(1e-10));
  const factor = tf.pow(safe, tf.scalar(-1 / order)).mul(0.9);
  return tf.where(tf.isFinite(error), factor.clipByValue(0.2, 5), tf.scalar(0.2));
};

const attempt = (f: Slope, method: Embedded, times: Tensor, control: Control, now: State): State => {
  const { t, y, h, reached, accepted, lengths, landed } = now;
  const isNext = counting(times.shape[0]).equal(reached);
  const target = tf.where(isNext, times, tf.zerosLike(times)).sum();
  const left = target.sub(t);
  const lands = h.greaterEqual(left);
  const length = either(lands, left, h);
  const made = explicitStep(f, method, t, y, length);
  const gap = (combined(method.errorWeights, made.slopes) as Tensor).mul(length);
  const error = sizeOf(gap, tf.maximum(y.abs(), made.y.abs()), control);
  const good = error.lessEqual(1);
  const next = length.mul(growth(error, method.order));
  const count = accepted.add(1);
  const arrived = good.logicalAnd(lands);
  return {
    t: either(good, either(lands, target, t.add(length)), t),
    y: tf.where(good, made.y, y),
    h: either(arrived, tf.maximum(h, next), next),
    reached: either(arrived, reached.add(1), reached),
    accepted: either(good, count, accepted),
    lengths: tf.where(good.logicalAnd(counting(control.maxSteps).equal(accepted)), length, lengths),
    landed: tf.where(arrived.logicalAnd(isNext), count, landed),
  };
};

/**
 * Chooses the steps that keep the local error within bounds, each time met exactly. No gradient flows through the choice.
 * @param times [T], ascending from `start` on.
 */
export const chooseSteps = (
  f: Slope,
  method: Embedded,
  y: Tensor,
  start: Scalar,
  times: Tensor,
  control: Control,
): Steps => {
  const count = times.shape[0];
  const {
    lengths,
    landed,
    y: last,
  } = loop<State>(
    {
      while: ({ reached, accepted }) => reached.less(count).logicalAnd(accepted.less(control.maxSteps)),
      step: (now) => attempt(f, method, times, control, now),
      most: 4 * control.maxSteps,
    },
    {
      t: start,
      y,
      h: firstStep(f, start, y, method.order, control),
      reached: tf.scalar(0),
      accepted: tf.scalar(0),
      lengths: tf.zeros([control.maxSteps]),
      landed: tf.zeros([count]),
    },
  );
  return { lengths, landed, last };
};
