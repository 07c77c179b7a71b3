import * as tf from "#tfjs";
import { everyLast, type Support } from "./support.ts";

/** Every real number; the identity. */
export const realLine: Support = {
  name: "finite real numbers",
  rank: 0,
  contains: (x) => tf.isFinite(x),
  forward: (x) => ({ value: x, logDet: tf.zerosLike(x) }),
  inverse: (y) => ({ value: y, logDet: tf.zerosLike(y) }),
  domain: (shape) => shape,
};

/** Every vector of real numbers [..., n]; the identity. */
export const realVectors: Support = {
  name: "vectors of finite real numbers",
  rank: 1,
  contains: (x) => everyLast(tf.isFinite(x)),
  forward: (x) => ({ value: x, logDet: tf.zeros(x.shape.slice(0, -1)) }),
  inverse: (y) => ({ value: y, logDet: tf.zeros(y.shape.slice(0, -1)) }),
  domain: (shape) => shape,
};
