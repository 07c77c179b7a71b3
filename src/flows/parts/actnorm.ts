import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import type { Bijection } from "../../transforms/transform.ts";
import type { Flow } from "../flow.ts";

/** [size] each; or, each row of a batch its own. */
export interface ActnormParameters {
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

const actnormMap = ({ loc, logScale }: ActnormParameters): Bijection => {
  const logDet = (x: Tensor): Tensor => tf.zeros(x.shape.slice(0, -1)).add(logScale.sum(-1));
  return {
    rank: 1,
    forward: (x) => ({ value: x.mul(logScale.exp()).add(loc), logDet: logDet(x) }),
    inverse: (y) => ({ value: y.sub(loc).mul(logScale.neg().exp()), logDet: logDet(y).neg() }),
    domain: (shape) => shape,
  };
};

/** A variance that is not above this is that of rounding: such a coordinate keeps its scale. */
const least = 1e-12;

/**
 * Activation normalisation: x eˢ + loc, coordinate by coordinate; from data it starts so that what comes out at the other side has mean 0
 * and standard deviation 1 in each coordinate, over these data. A constant coordinate is only centred. Kingma & Dhariwal 2018, section
 * 3.1.
 */
export const actnorm = (size: number): Flow<ActnormParameters> => ({
  init: () => ({ loc: tf.zeros([size]), logScale: tf.zeros([size]) }),
  at: actnormMap,
  prepare: (_, values, side) => {
    const { mean, variance } = tf.moments(values.reshape([-1, size]), 0);
    const level = mean.square().add(1).mul(least);
    const logScale = tf.where(variance.greater(level), variance, tf.onesLike(variance)).log().mul(0.5);
    return side === "after"
      ? { loc: mean, logScale }
      : { loc: mean.mul(logScale.neg().exp()).neg(), logScale: logScale.neg() };
  },
});
