import * as tf from "#tfjs";
import { bounded } from "./bounded.ts";
import type { Monotone } from "./monotone.ts";

/** x eˢ + t with s bounded softly to ±4: what RealNVP, MAF and IAF do to a coordinate. Dinh, Sohl-Dickstein & Bengio 2017, eq. 4–5. */
export const affineMonotone: Monotone = {
  name: "affine",
  start: [0, 0],
  at: ([shift, scale]) => {
    const logScale = bounded(scale);
    return {
      rank: 0,
      forward: (x) => ({ value: x.mul(logScale.exp()).add(shift), logDet: tf.zerosLike(x).add(logScale) }),
      inverse: (y) => ({ value: y.sub(shift).mul(logScale.neg().exp()), logDet: tf.zerosLike(y).sub(logScale) }),
      domain: (shape) => shape,
    };
  },
};
