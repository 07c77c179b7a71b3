import * as tf from "#tfjs";
import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { wholeNumbersBetween } from "../transforms/discrete.ts";
import { type Counting, countDistribution } from "./counting.ts";
import { wholeFrom, wholeReals } from "./parameters.ts";

/**
 * Whole numbers from `low` to `high`, both included, all alike.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the bounds are plain numbers, and not whole or not in order.
 */
export const discreteUniform = (low: TensorLike, high: TensorLike, shape: Shape = []): Counting =>
  countDistribution(
    "discreteUniform",
    { low: [low, wholeReals], high: [high, wholeFrom(low)] },
    shape,
    () => wholeNumbersBetween(low, high),
    {
      draw: (key, shape, { low, high }) => uniform(key, shape).mul(high.sub(low).add(1)).floor().add(low).minimum(high),
      logDensity: (x, { low, high }) => high.sub(low).add(1).log().neg().add(tf.zerosLike(x)),
      safe: 0,
      mean: ({ low, high }) => low.add(high).div(2),
      variance: ({ low, high }) => high.sub(low).mul(high.sub(low).add(2)).div(12),
      logCdf: (k, { low, high }) => k.sub(low).add(1).log().sub(high.sub(low).add(1).log()),
      logSurvival: (k, { low, high }) => {
        const inside = k.less(high);
        const left = tf.where(inside, high.sub(k), 1).log().sub(high.sub(low).add(1).log());
        return tf.where(inside, left, Number.NEGATIVE_INFINITY);
      },
    },
  );
