import { type HostKey, hostUniforms } from "../../core/key.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Draws } from "../../posterior/draws.ts";
import type { Measured } from "./measure.ts";

/** Draws of one scalar of a quantity beside its true value. */
export interface Ranked {
  readonly rank: number;
  /** Whether any draw differs from the true value by more than rounding. */
  readonly varies: boolean;
}

/** How many draws lie below the truth; of those equal to it, any number, by the uniform. Modrák et al. 2023, definition 1. */
const rankOf = (draws: ArrayLike<number>, truth: number, uniform: () => number): Ranked => {
  let [below, equal, furthest] = [0, 0, 0];
  for (let i = 0; i < draws.length; i++) {
    if (draws[i] < truth) below++;
    if (draws[i] === truth) equal++;
    furthest = Math.max(furthest, Math.abs(draws[i] - truth));
  }
  const rank = below + (equal > 0 ? Math.floor(uniform() * (equal + 1)) : 0);
  return { rank, varies: !(furthest <= 1e-9 * Math.max(1, Math.abs(truth))) };
};

/** Every scalar's rank, by quantity: the scalars of an event in order. A true value that is NaN has rank −1. */
export type RanksOf = Readonly<Record<string, readonly Ranked[]>>;

/**
 * Ranks of true values among draws [draws, ...event] by quantity.
 * @param key breaks ties.
 */
export const ranksAmong = (
  truth: Readonly<Record<string, Float64Array>>,
  draws: Measured,
  count: number,
  key: HostKey,
): RanksOf => {
  const uniform = hostUniforms(key);
  return Object.fromEntries(
    Object.keys(draws)
      .filter((name) => truth[name] !== undefined)
      .map((name) => {
        const width = truth[name].length;
        const scalar = (at: number): Float64Array =>
          Float64Array.from({ length: count }, (_, i) => draws[name][i * width + at]);
        const ranked = Array.from(truth[name], (value, at) =>
          Number.isNaN(value) ? { rank: -1, varies: true } : rankOf(scalar(at), value, uniform),
        );
        return [name, ranked];
      }),
  );
};

/** `count` draws of named quantities, evenly spread over what there is. */
export const evenDraws = (draws: Readonly<Record<string, Draws>>, count: number): Measured =>
  Object.fromEntries(
    Object.entries(draws).map(([name, { shape, values }]) => {
      const rows = shape[0] * shape[1];
      const width = sizeOf(shape.slice(2));
      const out = new Float64Array(count * width);
      for (let i = 0; i < count; i++) {
        const row = Math.floor(((i + 1) * rows) / count) - 1;
        out.set(values.subarray(row * width, (row + 1) * width), i * width);
      }
      return [name, out];
    }),
  );
