/** Inversion of a distribution function that has no closed form of it, by bisection. */
import * as tf from "#tfjs";
import type { Shape, Tensor } from "../core/tensor.ts";
import { loop } from "../ops/loop.ts";
import type { Support } from "../transforms/support.ts";

/** Whether x, of the shape of the draws, lies below what is looked for, element by element. */
type Below = (x: Tensor) => Tensor;

/**
 * Halves the interval between two tensors of one shape, `turns` times or until all are as narrow as `width`; keeps `low` where `middle`
 * is below what is looked for.
 */
const halve = (
  start: { readonly low: Tensor; readonly high: Tensor },
  turns: number,
  width: number,
  middle: (low: Tensor, high: Tensor) => Tensor,
  below: (at: Tensor) => Tensor,
): { readonly low: Tensor; readonly high: Tensor } =>
  loop(
    {
      while: ({ low, high, turn }) => tf.logicalAnd(turn.less(turns), high.sub(low).max().greater(width)),
      step: ({ low, high, turn }) => {
        const at = middle(low, high);
        const rises = below(at);
        return { low: tf.where(rises, at, low), high: tf.where(rises, high, at), turn: turn.add(1) };
      },
      most: turns,
    },
    { ...start, turn: tf.scalar(0) as Tensor },
  );

/** Free numbers past which exp and sigmoid say nothing more. */
const reach = 700;

/** Where `below` changes in a half-line or an interval, to the precision of its free coordinate. */
export const bisectReals = (shape: Shape, support: Support, below: Below): Tensor => {
  const falls = support.ends?.low === undefined;
  const place = (t: Tensor): Tensor => support.forward(falls ? t.neg() : t).value;
  const start = { low: tf.fill([...shape], -reach), high: tf.fill([...shape], reach) };
  const { low, high } = halve(
    start,
    60,
    0,
    (a, b) => a.add(b).div(2),
    (t) => below(place(t)),
  );
  return place(low.add(high).div(2));
};

/** The first whole number above `before` and up to `last` that is not below. Without a last one, up to 2⁵⁰ further. */
export const bisectWhole = (shape: Shape, before: Tensor, last: Tensor | undefined, below: Below): Tensor => {
  const far = last ?? before.add(2 ** 50);
  const { high } = halve(
    { low: before.broadcastTo([...shape]), high: far.broadcastTo([...shape]) },
    52,
    1,
    (a, b) => a.add(b).div(2).floor().maximum(a.add(1)).minimum(b),
    below,
  );
  return high;
};
