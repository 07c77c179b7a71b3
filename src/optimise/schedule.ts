import * as tf from "#tfjs";
import { checkCount, checkPositive } from "../core/check.ts";
import type { Scalar } from "../core/tensor.ts";

/** A quantity over training, as a formula of the step: part of the traced step, so that no step needs a new trace. */
export type Schedule = (step: Scalar) => Scalar;

export const constant =
  (value: number): Schedule =>
  () =>
    tf.scalar(value);

/** From `from` to `to` in `steps` equal steps, `to` afterwards. */
export const linear = (from: number, to: number, steps: number): Schedule => {
  checkCount("linear: steps", steps);
  return (step) =>
    step
      .div(steps)
      .minimum(1)
      .mul(to - from)
      .add(from) as Scalar;
};

/** Half a cosine from `from` to `to` in `steps` steps. Loshchilov & Hutter 2017, without restarts. */
export const cosine = (from: number, to: number, steps: number): Schedule => {
  checkCount("cosine: steps", steps);
  return (step) =>
    step
      .div(steps)
      .minimum(1)
      .mul(Math.PI)
      .cos()
      .add(1)
      .mul((from - to) / 2)
      .add(to) as Scalar;
};

/** `from` · factor^(step / every). */
export const exponentialDecay = (from: number, factor: number, every: number): Schedule => {
  checkPositive("exponentialDecay: factor", factor);
  checkPositive("exponentialDecay: every", every);
  return (step) =>
    step
      .mul(Math.log(factor) / every)
      .exp()
      .mul(from) as Scalar;
};

/** The annealing weight min(1, start + step / steps). Rezende & Mohamed 2015, section 6.1, with start 0.01 and 10,000 steps. */
export const annealing = (start = 0.01, steps = 10_000): Schedule => {
  checkCount("annealing: steps", steps);
  return (step) => step.div(steps).add(start).minimum(1) as Scalar;
};
