import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { exp, log1mexp } from "../ops/special.ts";
import { lower } from "../transforms/bounds.ts";
import { type Invertible, invertibleDistribution, whereAbove } from "./continuous.ts";
import { positiveReals } from "./parameters.ts";

/** log(x / scale) for x ≥ scale: from their difference where they are close, which is exact there, else from their logarithms. */
const logRatio = (x: Tensor, scale: Tensor): Tensor => {
  const close = x.less(scale.mul(2));
  const far = x.log().sub(scale.log());
  const near = tf.where(close, x, scale).sub(scale).div(scale).log1p();
  return tf.where(close, near, far);
};

/**
 * Pareto of the first kind: P(X > x) = (scale / x)^alpha for x ≥ scale, its smallest value.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const pareto = (scale: TensorLike, alpha: TensorLike, shape: Shape = []): Invertible =>
  invertibleDistribution(
    "pareto",
    { scale: [scale, positiveReals], alpha: [alpha, positiveReals] },
    shape,
    () => lower(scale),
    {
      draw: (key, shape, { scale, alpha }) => exp(standardUniform(key, shape).log().div(alpha).neg()).mul(scale),
      logDensity: (x, { scale, alpha }) => alpha.log().sub(logRatio(x, scale).mul(alpha)).sub(x.log()),
      safe: 1,
      inside: ({ scale }) => scale.mul(2),
      mean: ({ scale, alpha }) => whereAbove(alpha, 1, (a) => scale.mul(a.div(a.sub(1))), Number.POSITIVE_INFINITY),
      variance: ({ scale, alpha }) =>
        whereAbove(
          alpha,
          2,
          (a) =>
            scale
              .div(a.sub(1))
              .square()
              .mul(a.div(a.sub(2))),
          Number.POSITIVE_INFINITY,
        ),
      logCdf: (x, { scale, alpha }) => log1mexp(logRatio(x, scale).mul(alpha).neg()),
      logSurvival: (x, { scale, alpha }) => logRatio(x, scale).mul(alpha).neg(),
      quantile: (p, { scale, alpha }) => exp(p.neg().log1p().div(alpha).neg()).mul(scale),
    },
  );
