import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { normal } from "../ops/random.ts";
import { sumToZero } from "../transforms/sumToZero.ts";
import type { Continuous, Moments, Standardised } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { asReal, given, positiveReals, shapeOf, spreadShapes } from "./parameters.ts";

/** scale · u for u of scale 1. */
const standardised = (shape: Shape, scale: () => Tensor): Standardised => ({
  base: zeroSumNormal(1, shape),
  forward: (u) => u.mul(scale()),
  inverse: (value) => value.div(scale()),
});

/**
 * Normal vectors [..., n] of scale `scale` held to a sum of 0: covariance scale² (I − 1/n). The density is with respect to lengths within
 * that set; on the free scale of `sumToZero` the elements are n − 1 independent normals. For effects that are told apart only by their
 * differences. PyMC's ZeroSumNormal.
 * @param scale [...], positive: one for each vector.
 * @param shape the shape [..., n] of one draw.
 * @throws FluvialError where the scale is not positive, or the shape lacks n or has fewer than two elements there.
 */
export const zeroSumNormal = (scale: TensorLike, shape: Shape): Continuous & Moments => {
  const { at, parameters } = given("zeroSumNormal", { scale: [scale, positiveReals] });
  const size = Array.isArray(shape) ? (shape[shape.length - 1] ?? 0) : 0;
  if (size < 2)
    fail(
      `zeroSumNormal: expected a shape [..., n] of at least two elements, as in zeroSumNormal(1, [5]), got ${
        Array.isArray(shape) ? showShape(shape) : JSON.stringify(shape)
      }`,
    );
  const full = spreadShapes("zeroSumNormal", shape, [[...shapeOf(scale), 1]]);
  return {
    name: "zeroSumNormal",
    rank: 1,
    shape: full,
    support: sumToZero,
    parameters,
    /** Made when `noncentred` asks for it: its base is one of these again. */
    get standard() {
      return standardised(full, () => at().scale.expandDims(-1));
    },
    sample: (key, batch = []) => {
      const noise = normal(key, [...batch, ...full]).mul(at().scale.expandDims(-1));
      return noise.sub(noise.mean(-1, true));
    },
    logProb: (value) => {
      const x = asReal(value);
      const { scale } = at();
      const inside = sumToZero.contains(x);
      const safe = tf.where(inside.expandDims(-1), x, tf.zerosLike(x));
      const density = safe
        .div(scale.expandDims(-1))
        .square()
        .sum(-1)
        .mul(-0.5)
        .sub(
          scale
            .log()
            .add(0.5 * Math.log(2 * Math.PI))
            .mul(size - 1),
        );
      return tf.where(inside, density, outsideEvents(x, 1));
    },
    mean: () => tf.zeros([...full]),
    variance: () =>
      at()
        .scale.square()
        .mul(1 - 1 / size)
        .expandDims(-1)
        .broadcastTo([...full]),
  };
};
