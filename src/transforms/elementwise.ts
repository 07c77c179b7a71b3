import * as tf from "#tfjs";
import { asTensor, type TensorLike } from "../core/tensor.ts";
import { exp as exponential } from "../ops/special.ts";
import type { Bijection } from "./transform.ts";

/** eˣ, from the real line onto the positive numbers. */
export const exp: Bijection = {
  rank: 0,
  forward: (x) => ({ value: exponential(x), logDet: x }),
  inverse: (y) => {
    const x = y.log();
    return { value: x, logDet: x.neg() };
  },
  domain: (shape) => shape,
};

/** shift + scale · x, element by element; both broadcast against x, and no scale may be 0. */
export const affine = (shift: TensorLike, scale: TensorLike): Bijection => ({
  rank: 0,
  forward: (x) => ({
    value: x.mul(asTensor(scale)).add(asTensor(shift)),
    logDet: tf.zerosLike(x).add(asTensor(scale).abs().log()),
  }),
  inverse: (y) => ({
    value: y.sub(asTensor(shift)).div(asTensor(scale)),
    logDet: tf.zerosLike(y).sub(asTensor(scale).abs().log()),
  }),
  domain: (shape) => shape,
});
