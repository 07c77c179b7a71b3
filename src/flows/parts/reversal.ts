import * as tf from "#tfjs";
import type { Bijection } from "../../transforms/transform.ts";
import type { Flow } from "../flow.ts";

/** The coordinates in the opposite order. */
const reversalMap: Bijection = {
  rank: 1,
  forward: (x) => ({ value: x.reverse(-1), logDet: tf.zeros(x.shape.slice(0, -1)) }),
  inverse: (y) => ({ value: y.reverse(-1), logDet: tf.zeros(y.shape.slice(0, -1)) }),
  domain: (shape) => shape,
};

/** A bijection without parameters as a layer. */
export const fixed = (map: Bijection): Flow<Record<never, never>> => ({ init: () => ({}), at: () => map });

export const reversal: Flow<Record<never, never>> = fixed(reversalMap);
