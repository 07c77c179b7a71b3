import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { exp } from "../../ops/special.ts";
import type { Mapped } from "../transform.ts";
import { binsOf } from "./bins.ts";
import { bounded } from "./bounded.ts";
import type { Monotone } from "./monotone.ts";
import { total } from "./sums.ts";

/** Bins [from, from + length) one after the other, from −bound on. */
interface Pieces {
  readonly froms: readonly Tensor[];
  readonly lengths: readonly Tensor[];
  readonly end: Tensor;
}

const piecesOf = (numbers: readonly Tensor[], bound: number): Pieces => {
  const { weights, scale, least } = binsOf(numbers, bound);
  const lengths = weights.map((weight) => weight.mul(scale).add(least));
  const froms = [tf.scalar(-bound) as Tensor];
  for (const length of lengths) froms.push(froms[froms.length - 1].add(length));
  return { froms: froms.slice(0, -1), lengths, end: froms[froms.length - 1] };
};

/**
 * A polygon from −bound on: how much of every bin x has passed, times its slope, and the same for both tails.
 * @param logSlopes of the left tail, the bins, the right tail.
 */
const polygon = (x: Tensor, { froms, lengths, end }: Pieces, bound: number, logSlopes: readonly Tensor[]): Mapped => {
  const passed = [
    x.add(bound).minimum(0),
    ...lengths.map((length, k) => {
      const beyond = x.sub(froms[k]).maximum(0);
      return beyond.minimum(length.broadcastTo(beyond.shape));
    }),
    x.sub(end).maximum(0),
  ];
  const value = total(passed.map((part, k) => part.mul(exp(logSlopes[k])))).sub(bound);
  const logDet = [...froms, end].reduce(
    (found: Tensor, knot, k) => tf.where(x.greaterEqual(knot), logSlopes[k + 1].broadcastTo(value.shape), found),
    logSlopes[0].broadcastTo(value.shape),
  );
  return { value, logDet };
};

/**
 * A polygon of `bins` pieces from [−bound, bound] onto itself, and beyond it lines of learned slopes. 2 · bins + 2 numbers: shares of the
 * widths, shares of the heights, logs of the slopes of both tails (softly bounded to ±4). Müller, McWilliams, Rousselle, Gross &
 * Novák 2019, piecewise-linear couplings, with widths that are learned too, and on the whole line.
 */
export const piecewiseLinear = (bins: number, bound: number): Monotone => ({
  name: "piecewise-linear",
  start: range(2 * bins + 2).map(() => 0),
  at: (numbers) => {
    const across = piecesOf(numbers.slice(0, bins), bound);
    const up = piecesOf(numbers.slice(bins, 2 * bins), bound);
    const inner = up.lengths.map((height, k) => height.div(across.lengths[k]).log());
    const [left, right] = numbers.slice(2 * bins).map(bounded);
    const logSlopes = [left, ...inner, right];
    const back = logSlopes.map((each) => each.neg());
    return {
      rank: 0,
      forward: (x) => polygon(x, across, bound, logSlopes),
      inverse: (y) => polygon(y, up, bound, back),
      domain: (shape) => shape,
    };
  },
});
