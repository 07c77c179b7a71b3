import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { logSigmoid, softplus } from "../ops/special.ts";
import { realLine } from "../transforms/real.ts";
import { type Invertible, invertibleDistribution } from "./continuous.ts";
import { positiveReals, reals } from "./parameters.ts";

/**
 * Logistic with mean `loc`; its standard deviation is scale · π/√3, its distribution function a sigmoid.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const logistic = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("logistic", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => {
      const p = standardUniform(key, shape);
      return p.log().sub(p.neg().log1p()).mul(scale).add(loc);
    },
    logDensity: (x, { loc, scale }) => {
      const z = x.sub(loc).div(scale);
      return softplus(z).add(softplus(z.neg())).add(scale.log()).neg();
    },
    mean: ({ loc }) => loc,
    variance: ({ scale }) => scale.square().mul(Math.PI ** 2 / 3),
    logCdf: (x, { loc, scale }) => logSigmoid(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => logSigmoid(loc.sub(x).div(scale)),
    quantile: (p, { loc, scale }) => p.log().sub(p.neg().log1p()).mul(scale).add(loc),
  });
