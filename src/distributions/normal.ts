import type { Shape, TensorLike } from "../core/tensor.ts";
import { normal as standardNormal } from "../ops/random.ts";
import { realLine } from "../transforms/real.ts";
import type { Continuous } from "./distribution.ts";
import { given, positiveReals, reals, spread } from "./parameters.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/**
 * Normal with mean `loc` and standard deviation `scale`.
 * @param shape the shape of one draw, where it is larger than that of the parameters.
 */
export const normal = (loc: TensorLike, scale: TensorLike, shape: Shape = []): Continuous => {
  const { at, parameters } = given("normal", { loc: [loc, reals], scale: [scale, positiveReals] });
  const full = spread("normal", shape, loc, scale);
  return {
    name: "normal",
    rank: 0,
    shape: full,
    support: realLine,
    parameters,
    sample: (key, batch = []) => {
      const { loc, scale } = at();
      return standardNormal(key, [...batch, ...full])
        .mul(scale)
        .add(loc);
    },
    logProb: (x) => {
      const { loc, scale } = at();
      return x.sub(loc).div(scale).square().mul(-0.5).sub(scale.log()).sub(halfLog2Pi);
    },
  };
};
