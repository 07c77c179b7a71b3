import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { exp } from "../../ops/special.ts";
import type { Mapped } from "../transform.ts";
import { bounded } from "./bounded.ts";
import type { Monotone } from "./monotone.ts";

/** Two half-lines that meet where x is `from` and y is `to`. */
const bent = (x: Tensor, from: Tensor, to: Tensor, below: Tensor, above: Tensor): Mapped => {
  const away = x.sub(from);
  const logSlope = tf.where(away.greater(0), above.broadcastTo(away.shape), below.broadcastTo(away.shape));
  return { value: to.add(away.mul(exp(logSlope))), logDet: logSlope };
};

/**
 * The leaky rectifier with everything learned: a line of one slope below a corner, of another above it. Four numbers: where the corner
 * lies, how far it moves, the logs of both slopes (softly bounded to ±4). A rectifier's leak: Maas, Hannun & Ng 2013.
 */
export const leakyRelu: Monotone = {
  name: "leaky-relu",
  start: [0, 0, 0, 0],
  at: ([corner, shift, below, above]) => {
    const to = corner.add(shift);
    const slopes = [bounded(below), bounded(above)] as const;
    const back = [slopes[0].neg(), slopes[1].neg()] as const;
    return {
      rank: 0,
      forward: (x) => bent(x, corner, to, ...slopes),
      inverse: (y) => bent(y, to, corner, ...back),
      domain: (shape) => shape,
    };
  },
};
