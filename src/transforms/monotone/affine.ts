import * as tf from "#tfjs";
import type { Monotone } from "./monotone.ts";

/** Bounds a log-scale softly to ±limit. */
const limit = 4;

/** x eˢ + t with s bounded softly to ±4: what RealNVP, MAF and IAF do to a coordinate. Dinh, Sohl-Dickstein & Bengio 2017, eq. 4–5. */
export const affineMonotone: Monotone = {
  name: "affine",
  start: [0, 0],
  at: ([shift, scale]) => {
    const logScale = scale.div(limit).tanh().mul(limit);
    return {
      rank: 0,
      forward: (x) => ({ value: x.mul(logScale.exp()).add(shift), logDet: tf.zerosLike(x).add(logScale) }),
      inverse: (y) => ({ value: y.sub(shift).mul(logScale.neg().exp()), logDet: tf.zerosLike(y).sub(logScale) }),
      domain: (shape) => shape,
    };
  },
};
