import * as tf from "#tfjs";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { interval } from "../transforms/bounds.ts";
import { type Invertible, invertibleDistribution } from "./continuous.ts";
import { above, reals } from "./parameters.ts";

/** The logarithm of a share of the whole, from it or from the rest, whichever is smaller. */
const logShare = (share: Tensor, others: Tensor): Tensor => {
  const small = share.less(0.5);
  return tf.where(small, share.log(), tf.where(small, 0.5, others).neg().log1p());
};

/**
 * Uniform between `low` and `high`, both included.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the bounds are numbers, and not finite or not in order.
 */
export const uniform = (low: TensorLike, high: TensorLike, shape: Shape = []): Invertible => {
  const parameters = { low: [low, reals], high: [high, above(low)] } as const;
  return invertibleDistribution("uniform", parameters, shape, () => interval(low, high), {
    draw: (key, shape, { low, high }) => standardUniform(key, shape).mul(high.sub(low)).add(low),
    logDensity: (_, { low, high }) => high.sub(low).log().neg(),
    safe: 1,
    inside: ({ low, high }) => low.add(high).div(2),
    mean: ({ low, high }) => low.add(high).div(2),
    variance: ({ low, high }) => high.sub(low).square().div(12),
    logCdf: (x, { low, high }) => {
      const width = high.sub(low);
      return logShare(x.sub(low).div(width), high.sub(x).div(width));
    },
    logSurvival: (x, { low, high }) => {
      const width = high.sub(low);
      return logShare(high.sub(x).div(width), x.sub(low).div(width));
    },
    quantile: (p, { low, high }) => high.sub(low).mul(p).add(low),
  });
};
