import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { normal as standardNormal } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { lower, positive } from "../transforms/bounds.ts";
import { realLine } from "../transforms/real.ts";
import type { Continuous } from "./distribution.ts";
import { guarded } from "./guarded.ts";
import { positiveReals, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

const normalDensity = (x: Tensor, loc: Tensor, scale: Tensor): Tensor =>
  x.sub(loc).div(scale).square().mul(-0.5).sub(scale.log()).sub(halfLog2Pi);

const lognormalDensity = (x: Tensor, loc: Tensor, scale: Tensor): Tensor => {
  const logX = x.log();
  return normalDensity(logX, loc, scale).sub(logX);
};

/**
 * Normal with mean `loc` and standard deviation `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const normal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("normal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => standardNormal(key, shape).mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => normalDensity(x, loc, scale),
  });

/**
 * The upper half of a normal: loc + scale · |z|. `loc` is its lower bound, and its mode.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const halfNormal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("halfNormal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => lower(loc), {
    draw: (key, shape, { loc, scale }) => standardNormal(key, shape).abs().mul(scale).add(loc),
    logDensity: (x, { loc, scale }) => normalDensity(x, loc, scale).add(Math.LN2),
    safe: 1,
  });

/**
 * The exponential of a normal: log x has mean `loc` and standard deviation `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const lognormal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("lognormal", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => positive, {
    draw: (key, shape, { loc, scale }) => exp(standardNormal(key, shape).mul(scale).add(loc)),
    logDensity: (x, { loc, scale }) =>
      guarded(x.greater(0), x, 1, (inside) => lognormalDensity(inside, loc, scale), Number.NEGATIVE_INFINITY),
    safe: 1,
  });
