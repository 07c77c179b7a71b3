import * as tf from "#tfjs";
import type { Monotone } from "./monotone.ts";

/** x + t, which keeps volumes: what NICE does to a coordinate. Dinh, Krueger & Bengio 2015, section 3.2. */
export const additiveMonotone: Monotone = {
  name: "additive",
  start: [0],
  at: ([shift]) => ({
    rank: 0,
    forward: (x) => ({ value: x.add(shift), logDet: tf.zerosLike(x) }),
    inverse: (y) => ({ value: y.sub(shift), logDet: tf.zerosLike(y) }),
    domain: (shape) => shape,
  }),
};
