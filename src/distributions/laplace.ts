import * as tf from "#tfjs";
import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { realLine } from "../transforms/real.ts";
import { type Invertible, invertibleDistribution, symmetric } from "./continuous.ts";
import { positiveReals, reals } from "./parameters.ts";

const logCdf = symmetric((z) => z.sub(Math.LN2));

/**
 * Laplace, the double exponential, with mean `loc`; its standard deviation is √2 · scale.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const laplace = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("laplace", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => {
      const centred = standardUniform(key, shape).sub(0.5);
      const size = centred.abs().mul(-2).log1p().neg();
      return size.mul(centred.sign()).mul(scale).add(loc);
    },
    logDensity: (x, { loc, scale }) => x.sub(loc).abs().div(scale).neg().sub(scale.mul(2).log()),
    mean: ({ loc }) => loc,
    variance: ({ scale }) => scale.square().mul(2),
    logCdf: (x, { loc, scale }) => logCdf(x.sub(loc).div(scale)),
    logSurvival: (x, { loc, scale }) => logCdf(loc.sub(x).div(scale)),
    quantile: (p, { loc, scale }) => {
      const low = p.less(0.5);
      const size = tf.where(low, p, tf.sub(1, p)).mul(2).log();
      return tf.where(low, size, size.neg()).mul(scale).add(loc);
    },
  });
