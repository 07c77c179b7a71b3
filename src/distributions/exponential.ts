import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { positive } from "../transforms/bounds.ts";
import type { Continuous } from "./distribution.ts";
import { positiveReals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/**
 * Exponential with the given rate: its mean is 1 / rate.
 * @param shape the shape of one draw, where it is larger than that of the parameter.
 */
export const exponential = (rate: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("exponential", { rate: [rate, positiveReals] }, shape, () => positive, {
    draw: (key, shape, { rate }) => standardUniform(key, shape).log().neg().div(rate),
    logDensity: (x, { rate }) => rate.log().sub(x.mul(rate)),
    safe: 1,
  });
