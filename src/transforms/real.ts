import * as tf from "#tfjs";
import type { Support } from "./support.ts";

/** Every real number; the identity. */
export const realLine: Support = {
  name: "finite real numbers",
  rank: 0,
  contains: (x) => tf.isFinite(x),
  forward: (x) => ({ value: x, logDet: tf.zerosLike(x) }),
  inverse: (y) => ({ value: y, logDet: tf.zerosLike(y) }),
  domain: (shape) => shape,
};
