import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { loop } from "../loop.ts";
import { stopGradient } from "../stopGradient.ts";

/** A distribution of whole numbers with one mode, as inversion needs it; all alike in shape. */
export interface Unimodal {
  readonly mode: Tensor;
  /** The probability of the mode. */
  readonly height: Tensor;
  /** p(k + 1) / p(k); 0 or below past the last number. */
  up(k: Tensor): Tensor;
  /** p(k − 1) / p(k); 0 or below past the first number. */
  down(k: Tensor): Tensor;
  /** More turns than the numbers on one side of the mode. */
  readonly most: number;
}

/**
 * Draws by inversion from the mode outwards: probabilities are taken from a uniform in turn until it is used up. Some standard
 * deviations of turns, all elements at once. What rounding leaves over goes to the mode. No gradient.
 * Kemp 1986, "A modal method for generating binomial variables".
 */
export const drawFromMode = (uniform: Tensor, { mode, height, up, down, most }: Unimodal): Tensor => {
  const ratioUp = (k: Tensor, p: Tensor): Tensor => p.mul(up(k).relu());
  const ratioDown = (k: Tensor, p: Tensor): Tensor => p.mul(down(k).relu());
  const start = {
    left: uniform.sub(height),
    drawn: mode,
    high: { k: mode.add(1), p: ratioUp(mode, height) },
    low: { k: mode.sub(1), p: ratioDown(mode, height) },
  };
  const last = loop(
    {
      most,
      while: ({ left, high, low }: typeof start) => {
        const goesOn = tf.logicalAnd(left.greater(0), high.p.add(low.p).greater(0));
        return goesOn.cast("float32").sum().greater(0);
      },
      step: ({ left, drawn, high, low }) => {
        const afterHigh = left.sub(high.p);
        const afterLow = afterHigh.sub(low.p);
        const [open, stillOpen] = [left.greater(0), afterHigh.greater(0)];
        const found = tf.where(stillOpen, tf.where(afterLow.greater(0), drawn, low.k), high.k);
        return {
          left: tf.where(open, afterLow, left),
          drawn: tf.where(open, found, drawn),
          high: { k: high.k.add(1), p: ratioUp(high.k, high.p) },
          low: { k: low.k.sub(1), p: ratioDown(low.k, low.p) },
        };
      },
    },
    start,
  );
  return stopGradient(last.drawn);
};
