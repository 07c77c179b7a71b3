import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { Mapped } from "../../transforms/transform.ts";

/** Which entries of the last axis a coupling layer leaves as they are. */
export interface Halves {
  /** How many stay: 0 or more. */
  readonly kept: number;
  /** How many move: 1 or more. */
  readonly moved: number;
  /** Whether those that move stand first; else those that stay. */
  readonly swapped: boolean;
}

/** The halves of layer number i: what stays in one moves in the next. Of one entry, all moves in every layer. */
export const alternating = (size: number, i: number): Halves => {
  const first = Math.floor(size / 2);
  const kept = Math.min(size - 1, i % 2 === 0 ? first : size - first);
  return { kept, moved: size - kept, swapped: i % 2 === 1 };
};

/** Numbers [...batch, count · width], head after head, with their starts added: one tensor [...batch, width] a head. */
export const headsOf = (numbers: Tensor, width: number, start: readonly number[]): Tensor[] => {
  const axes = numbers.rank - 1;
  return start.map((first, head) => {
    const begin = [...range(axes).map(() => 0), head * width];
    const size = [...numbers.shape.slice(0, -1), width];
    const own = numbers.slice(begin, size);
    return first === 0 ? own : own.add(first);
  });
};

/**
 * (x_kept, m(x_moved; numbers of x_kept)), along the last axis of x.
 * @param numbersOf from [..., kept], where anything stays, [..., heads · moved]. @returns logDet [..., moved], element by element.
 */
export const coupled = (
  x: Tensor,
  way: "forward" | "inverse",
  { kept, moved, swapped }: Halves,
  monotone: Monotone,
  numbersOf: (still: Tensor | undefined) => Tensor,
): Mapped => {
  const mapFor = (still?: Tensor) => monotone.at(headsOf(numbersOf(still), moved, monotone.start));
  if (kept === 0) return mapFor()[way](x);
  const parts = tf.split(x, swapped ? [moved, kept] : [kept, moved], -1);
  const [still, moving] = swapped ? [parts[1], parts[0]] : parts;
  const { value, logDet } = mapFor(still)[way](moving);
  return { value: tf.concat(swapped ? [value, still] : [still, value], -1), logDet };
};
