import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { loop } from "../ops/loop.ts";
import { stopGradient } from "../ops/stopGradient.ts";

const any = (mask: Tensor): Tensor => mask.cast("float32").sum().greater(0);

/** Doublings and halvings that reach every whole number that a double holds. */
const most = 64;

/**
 * The smallest whole number k ≥ 1 with log P(X > k) ≤ `target`, element by element: a draw of X given X ≥ 1, by inversion, where
 * `target` is the log of a uniform part of P(X > 0). No gradient.
 */
export const drawAbove = (logSurvival: (k: Tensor) => Tensor, target: Tensor): Tensor => {
  const beyond = (k: Tensor): Tensor => logSurvival(k).greater(target);
  const high = loop(
    {
      most,
      while: (at: Tensor) => any(beyond(at)),
      step: (at: Tensor) => tf.where(beyond(at), at.mul(2), at),
    },
    tf.onesLike(target),
  );
  const found = loop(
    {
      most,
      while: ({ low, high }: { low: Tensor; high: Tensor }) => any(high.sub(low).greater(1)),
      step: ({ low, high }: { low: Tensor; high: Tensor }) => {
        const middle = low.add(high).div(2).floor();
        const isBelow = beyond(middle);
        return { low: tf.where(isBelow, middle, low), high: tf.where(isBelow, high, middle) };
      },
    },
    { low: tf.zerosLike(target), high },
  );
  return stopGradient(found.high);
};
