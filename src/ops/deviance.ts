import * as tf from "#tfjs";
import { broadcast } from "../core/shape.ts";
import { devianceOf, stirlingGapOf } from "../core/special/deviance.ts";
import type { Tensor } from "../core/tensor.ts";
import { defineOp, elementwiseOp } from "./define.ts";
import { digamma } from "./special.ts";

/**
 * Densities with factorials in them, in saddle-point form: a small correction and deviances in place of large terms that cancel.
 * Loader 2000, "Fast and accurate computation of binomial probabilities".
 */

/** log Γ(n + 1) − n log n + n for n ≥ 0: how far the factorial is from (n/e)ⁿ. 0 at 0; grows like ½ log 2πn. */
export const stirlingGap: (n: Tensor) => Tensor = elementwiseOp("StirlingGap", stirlingGapOf, (n) =>
  digamma(n.add(1)).sub(n.log()),
);

/** x / mean, and 0 for 0 of 0. */
const share = (x: Tensor, mean: Tensor): Tensor => x.div(tf.where(x.equal(0), tf.onesLike(mean), mean));

const applyDeviance = defineOp<Record<string, never>>({
  name: "Deviance",
  run: ([x, mean]) => ({
    shape: x.shape,
    dtype: "float32",
    fill: (out) => {
      for (let i = 0; i < out.length; i++) out[i] = devianceOf(x.values[i], mean.values[i]);
    },
  }),
  gradient: (dy, [x, mean]) => [dy.mul(x.log().sub(mean.log())), dy.mul(tf.sub(1, share(x, mean)))],
});

/**
 * x log(x / mean) − x + mean for x, mean ≥ 0: half the deviance of a Poisson count. 0 where they agree, `mean` at x = 0, and ∞
 * where the mean is 0 and x is not. The operands broadcast.
 */
export const deviance = (x: Tensor, mean: Tensor): Tensor => {
  const shape = [...(broadcast(x.shape, mean.shape) as number[])];
  return applyDeviance([tf.broadcastTo(x, shape), tf.broadcastTo(mean, shape)], {});
};

/**
 * A logarithm past which a probability or rate e^∓60 is nothing beside the other terms, while the number itself still has all its
 * digits in single precision: formulas go on linearly in the logarithm from there.
 */
export const farLog = 60;
