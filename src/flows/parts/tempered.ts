import * as tf from "#tfjs";
import type { Target } from "../../core/density.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { within } from "../../core/within.ts";
import { gradient } from "../../ops/gradient.ts";
import type { FlowGuideParameters } from "../guide.ts";

/** Slopes of log densities between a standard normal and a target, in coordinates in which the base is standard normal. */
export interface Tempered {
  /** The slope of the target's log density at x [...batch, size], of x's shape. */
  look(x: Tensor): Tensor;
  /** The slope of (1 − β) log N(x; 0, I) + β log p(x) from that of log p. */
  force(x: Tensor, slope: Tensor, index: Scalar): Tensor;
}

/** The target seen from the base of a guide, z = loc + scale · x, with β [steps] for each step. */
export const tempered = (
  target: Target,
  { loc, logScale }: Pick<FlowGuideParameters<unknown>, "loc" | "logScale">,
  weights: Tensor,
): Tempered => {
  const scale = logScale.exp();
  const logDensity = (x: Tensor): Scalar =>
    within("model", () => target.logDensity(x.mul(scale).add(loc))).sum() as Scalar;
  return {
    look: (x) => gradient(logDensity)(x).gradient,
    force: (x, slope, index) => {
      const weight = weights.gather(index.cast("int32"));
      return slope.mul(weight).sub(x.mul(weight.neg().add(1)));
    },
  };
};

/** Parameters of the weights β of so many steps; none where every step goes to the target. */
export const startingShares = (steps: number, annealed: boolean): Tensor => tf.zeros([annealed ? steps : 0]);

/** β [steps]: each above the one before, and 1 at the last. Their differences are the softmax of the shares. */
export const weightsOf = (shares: Tensor, steps: number): Tensor =>
  shares.size > 0 ? shares.softmax().cumsum(0) : tf.ones([steps]);
