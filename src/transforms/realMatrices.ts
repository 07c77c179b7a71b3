import * as tf from "#tfjs";
import { everyLast, type Support } from "./support.ts";

/** Every matrix of real numbers [..., n, p]; the identity. */
export const realMatrices: Support = {
  name: "matrices of finite real numbers",
  rank: 2,
  contains: (x) => everyLast(everyLast(tf.isFinite(x))),
  forward: (x) => ({ value: x, logDet: tf.zeros(x.shape.slice(0, -2)) }),
  inverse: (y) => ({ value: y, logDet: tf.zeros(y.shape.slice(0, -2)) }),
  domain: (shape) => shape,
};
