import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { log1mexp } from "../ops/special.ts";
import { positive } from "../transforms/bounds.ts";
import { type Invertible, invertibleDistribution } from "./continuous.ts";
import { positiveReals } from "./parameters.ts";

/**
 * Exponential with the given rate: its mean is 1 / rate.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const exponential = (rate: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution("exponential", { rate: [rate, positiveReals] }, shape, () => positive, {
    draw: (key, shape, { rate }) => standardUniform(key, shape).log().neg().div(rate),
    logDensity: (x, { rate }) => rate.log().sub(x.mul(rate)),
    safe: 1,
    mean: ({ rate }) => rate.reciprocal(),
    variance: ({ rate }) => rate.square().reciprocal(),
    logCdf: (x, { rate }) => log1mexp(x.mul(rate).neg()),
    logSurvival: (x, { rate }) => x.mul(rate).neg(),
    quantile: (p, { rate }) => p.neg().log1p().neg().div(rate),
  });
