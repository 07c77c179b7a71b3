import * as tf from "#tfjs";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { everyLast } from "../transforms/support.ts";

/** The log-density of events outside a support: −∞, but NaN where an event holds one. x [...batch, ...event] → [...batch]. */
export const outsideEvents = (x: Tensor, rank: number): Tensor => {
  const batch = x.shape.slice(0, x.rank - rank);
  const numbers = everyLast(
    tf
      .isNaN(x)
      .logicalNot()
      .reshape([...batch, sizeOf(x.shape.slice(x.rank - rank))]),
  );
  return tf.where(numbers, Number.NEGATIVE_INFINITY, tf.fill(batch, Number.NaN));
};
