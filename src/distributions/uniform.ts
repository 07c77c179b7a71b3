import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { interval } from "../transforms/bounds.ts";
import type { Continuous } from "./distribution.ts";
import { above, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/**
 * Uniform between `low` and `high`, both included.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where the bounds are numbers, and not finite or not in order.
 */
export const uniform = (low: TensorLike, high: TensorLike, shape: Shape = []): Continuous => {
  const parameters = { low: [low, reals], high: [high, above(low)] } as const;
  return scalarDistribution("uniform", parameters, shape, () => interval(low, high), {
    draw: (key, shape, { low, high }) => standardUniform(key, shape).mul(high.sub(low)).add(low),
    logDensity: (_, { low, high }) => high.sub(low).log().neg(),
    safe: 1,
  });
};
