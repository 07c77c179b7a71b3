import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { log1pSquare } from "../ops/log1pSquare.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { lower } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import { halfTails, type Invertible, invertibleDistribution, symmetric } from "./continuous.ts";
import { positiveReals, reals } from "./parameters.ts";

/** A ratio of normals: its tails are not cut off by the width of a uniform. */
const standardCauchy = (key: Key, shape: Shape): Tensor => {
  const [over, under] = split(key, 2);
  return standardNormal(over, shape).div(standardNormal(under, shape));
};

/** log P(Z ≤ z): the angle under which the tail is seen, whose share of a half turn it is. */
const logCdf = symmetric((z) => tf.atan2(tf.onesLike(z), z.neg()).div(Math.PI).log());

const halves = halfTails(
  1,
  (z) =>
    z
      .atan()
      .mul(2 / Math.PI)
      .log(),
  (z) =>
    tf
      .atan2(tf.onesLike(z), z)
      .mul(2 / Math.PI)
      .log(),
);

/** tan(π(p − ½)), from the end that p is nearer to. */
const standardQuantile = (p: Tensor): Tensor => {
  const low = p.less(0.5);
  const tail = tf.where(low, p, tf.sub(1, p));
  const size = tail.sub(0.5).mul(-Math.PI).tan();
  const far = tail.less(0.25);
  const exact = tf.where(far, tf.where(far, tail, 0.25).mul(Math.PI).tan().reciprocal(), size);
  return tf.where(low, exact.neg(), exact);
};

/**
 * Cauchy with median `loc` and half-width `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const cauchy = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("cauchy", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => standardCauchy(key, shape).mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => log1pSquare(x.sub(loc).div(scale)).neg().sub(scale.log()).sub(Math.log(Math.PI)),
    mean: ({ loc, scale }) => tf.fill(loc.add(scale).shape, Number.NaN),
    variance: ({ scale }) => tf.fill(scale.shape, Number.NaN),
    logCdf: (x, { loc, scale }) => logCdf(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => logCdf(loc.sub(x).div(scale)),
    quantile: (p, { loc, scale }) => standardQuantile(p).mul(scale).add(loc),
  });

/**
 * The upper half of a Cauchy. `loc` is its lower bound, and its mode: halfCauchy(0, 5) has median 5.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const halfCauchy = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("halfCauchy", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => lower(loc), {
    draw: (key, shape, { loc, scale }) => standardCauchy(key, shape).abs().mul(scale).add(loc),
    logDensity: (x, { loc, scale }) =>
      log1pSquare(x.sub(loc).div(scale))
        .neg()
        .sub(scale.log())
        .add(Math.log(2 / Math.PI)),
    safe: 1,
    inside: ({ loc, scale }) => loc.add(scale),
    mean: ({ loc, scale }) => tf.fill(loc.add(scale).shape, Number.POSITIVE_INFINITY),
    variance: ({ scale }) => tf.fill(scale.shape, Number.POSITIVE_INFINITY),
    logCdf: (x, { loc, scale }) => halves.logCdf(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => halves.logSurvival(x.sub(loc).div(scale)),
    quantile: (p, { loc, scale }) => standardQuantile(p.div(2).add(0.5)).mul(scale).add(loc),
  });
