import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { normal as standardNormal } from "../ops/random.ts";
import { erf, erfinv, exp, normalLogCdf, normalQuantile } from "../ops/special.ts";
import { lower, positive } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import { halfTails, type Invertible, invertibleDistribution } from "./continuous.ts";
import { guarded } from "./guarded.ts";
import { positiveReals, reals } from "./parameters.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

const normalDensity = (x: Tensor, loc: Tensor, scale: Tensor): Tensor =>
  x.sub(loc).div(scale).square().mul(-0.5).sub(scale.log().add(halfLog2Pi));

const lognormalDensity = (x: Tensor, loc: Tensor, scale: Tensor): Tensor => {
  const logX = x.log();
  return normalDensity(logX, loc, scale).sub(logX);
};

/**
 * Normal with mean `loc` and standard deviation `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const normal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("normal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => standardNormal(key, shape).mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => normalDensity(x, loc, scale),
    mean: ({ loc }) => loc,
    variance: ({ scale }) => scale.square(),
    logCdf: (x, { loc, scale }) => normalLogCdf(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => normalLogCdf(loc.sub(x).div(scale)),
    quantile: (p, { loc, scale }) => normalQuantile(p).mul(scale).add(loc),
  });

/** 2Φ(z) − 1 and 2Φ(−z), by their logarithms. */
const halves = halfTails(
  1,
  (z) => erf(z.mul(Math.SQRT1_2)).log(),
  (z) => normalLogCdf(z.neg()).add(Math.LN2),
);

/**
 * The upper half of a normal: loc + scale · |z|. `loc` is its lower bound, and its mode.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const halfNormal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("halfNormal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => lower(loc), {
    draw: (key, shape, { loc, scale }) => standardNormal(key, shape).abs().mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => normalDensity(x, loc, scale).add(Math.LN2),
    safe: 1,
    inside: ({ loc, scale }) => loc.add(scale),
    mean: ({ loc, scale }) => scale.mul(Math.sqrt(2 / Math.PI)).add(loc),
    variance: ({ scale }) => scale.square().mul(1 - 2 / Math.PI),
    logCdf: (x, { loc, scale }) => halves.logCdf(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => halves.logSurvival(x.sub(loc).div(scale)),
    quantile: (p, { loc, scale }) => erfinv(p).mul(scale.mul(Math.SQRT2)).add(loc),
  });

/**
 * The exponential of a normal: log x has mean `loc` and standard deviation `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const lognormal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("lognormal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => positive, {
    draw: (key, shape, { loc, scale }) => exp(standardNormal(key, shape).mul(scale).add(loc)),
    logDensity: (x, { loc, scale }) =>
      guarded(x.greater(0), x, 1, (inside) => lognormalDensity(inside, loc, scale), Number.NEGATIVE_INFINITY),
    safe: 1,
    mean: ({ loc, scale }) => exp(scale.square().div(2).add(loc)),
    variance: ({ loc, scale }) => exp(scale.square().add(loc.mul(2))).mul(scale.square().expm1()),
    logCdf: (x, { loc, scale }) => normalLogCdf(x.log().sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => normalLogCdf(loc.sub(x.log()).div(scale)),
    quantile: (p, { loc, scale }) => exp(normalQuantile(p).mul(scale).add(loc)),
  });
