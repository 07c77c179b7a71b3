import * as tf from "#tfjs";
import type { Monotone } from "./monotone.ts";

/** x eˢ: the scaling layer of NICE. Dinh, Krueger & Bengio 2015, section 3.3. */
export const scalingMonotone: Monotone = {
  name: "scaling",
  start: [0],
  at: ([logScale]) => ({
    rank: 0,
    forward: (x) => ({ value: x.mul(logScale.exp()), logDet: tf.zerosLike(x).add(logScale) }),
    inverse: (y) => ({ value: y.mul(logScale.neg().exp()), logDet: tf.zerosLike(y).sub(logScale) }),
    domain: (shape) => shape,
  }),
};
