/** What random walks and autoregressions share: slices along the last axis, and parameters that may change with time. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { realVectors } from "../transforms/real.ts";
import type { Distribution } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal } from "./parameters.ts";

/** Elements begin … begin + length − 1 of the last axis. */
export const alongLast = (x: Tensor, begin: number, length: number): Tensor =>
  x.slice([...x.shape.slice(0, -1).map(() => 0), begin], [...x.shape.slice(0, -1), length]);

/** Tensors one after the other along the last axis, their leading axes those of `shape` [..., T]. */
export const joined = (parts: readonly Tensor[], shape: Shape): Tensor =>
  tf.concat(
    parts.map((x) => x.broadcastTo([...shape.slice(0, -1), x.shape[x.rank - 1]])),
    shape.length - 1,
  );

/** Σ over the last axis of the log-density of independent normal steps. */
export const logNormalSteps = (step: Tensor, scale: Tensor): Tensor => {
  const logScale = scale.log().add(0.5 * Math.log(2 * Math.PI));
  return step.div(scale).square().mul(-0.5).sub(logScale).sum(-1);
};

/** logDensity where the series [..., T] is finite, −∞ where it is not. */
export const overSeries = (value: Tensor, logDensity: (x: Tensor) => Tensor): Tensor => {
  const x = asReal(value);
  const inside = realVectors.contains(x);
  return tf.where(inside, logDensity(tf.where(inside.expandDims(-1), x, tf.zerosLike(x))), outsideSupport(x.max(-1)));
};

export const isDistribution = (x: unknown): x is Distribution =>
  typeof x === "object" && x !== null && typeof (x as Distribution).logProb === "function";

/** The distribution of each of the first elements. @throws FluvialError unless it is one of scalars. */
export const checkFirst = (who: string, first: Distribution): void => {
  if (first.rank !== 0)
    fail(`${who}: initial must be a distribution of scalars, got ${first.name} of rank ${first.rank}`);
};

/** @throws FluvialError unless the shape of a series ends in at least `least` steps. */
export const checkSteps = (who: string, shape: Shape, least: number): void => {
  const steps = shape[shape.length - 1] ?? 0;
  if (!Number.isInteger(steps) || steps < least)
    fail(
      `${who}: expected at least ${least} steps, got ${shape.length === 0 ? "none: give { steps }" : showShape(shape)}`,
    );
};

/** What stands before a series: values along the last axis, [..., p]; a number stands p times. */
export const before = (value: TensorLike, count: number): Tensor => {
  const x = asReal(asTensor(value));
  return x.rank === 0 ? x.broadcastTo([count]) : x;
};

/** One independent first value for each series. */
export const drawFirst = (first: Distribution, key: Key, leads: Shape): Tensor =>
  first.sample(key, leads.slice(0, leads.length - first.shape.length)).broadcastTo([...leads]);

/** A value with at least the axes of one draw. @throws FluvialError where it does not fit. */
export const spreadOver = (who: string, x: Tensor, full: Shape): Tensor => {
  const last = full[full.length - 1];
  const wide = x.shape[x.rank - 1] === last ? broadcast(x.shape, full) : undefined;
  return wide
    ? x.broadcastTo([...wide])
    : fail(`${who}: a value of shape ${showShape(x.shape)} does not fit ${showShape(full)}`);
};
