import type { Shape, TensorLike } from "../core/tensor.ts";
import { uniform as standardUniform } from "../ops/random.ts";
import { realLine } from "../transforms/real.ts";
import type { Continuous } from "./distribution.ts";
import { positiveReals, reals } from "./parameters.ts";
import { scalarDistribution } from "./scalar.ts";

/**
 * Laplace, the double exponential, with mean `loc`; its standard deviation is √2 · scale.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const laplace = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous =>
  scalarDistribution("laplace", { loc: [loc, reals], scale: [scale, positiveReals] }, shape, () => realLine, {
    draw: (key, shape, { loc, scale }) => {
      const centred = standardUniform(key, shape).sub(0.5);
      const size = centred.abs().mul(-2).log1p().neg();
      return size.mul(centred.sign()).mul(scale).add(loc);
    },
    logDensity: (x, { loc, scale }) => x.sub(loc).abs().div(scale).neg().sub(scale.mul(2).log()),
  });
