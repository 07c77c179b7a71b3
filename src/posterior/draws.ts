import { indexFromOne, sizeOf } from "../core/shape.ts";
import type { Shape } from "../core/tensor.ts";

/** Draws of one quantity, on the host and in double: values[chain, draw, ...event], row by row. Nothing to dispose. */
export interface Draws {
  /** [chains, draws, ...event]. */
  readonly shape: Shape;
  readonly values: Float64Array;
  /** One list of labels per event axis where the user named them, else undefined. */
  readonly coords: readonly (readonly string[] | undefined)[];
}

/** Draws of every quantity of a model, by its name. */
export type DrawsOf<L> = { readonly [N in keyof L]: Draws };

/** The names of the scalars in one quantity: "mu", "theta[1]", "theta[Choate]", "L[2,1]"; indices count from 1. */
export const scalarNames = (name: string, { shape, coords }: Pick<Draws, "shape" | "coords">): string[] => {
  const event = shape.slice(2);
  if (event.length === 0) return [name];
  return Array.from({ length: sizeOf(event) }, (_, flat) => {
    const index = indexFromOne(flat, event).map((i, axis) => coords[axis]?.[i - 1] ?? String(i));
    return `${name}[${index.join(",")}]`;
  });
};

/** Element `flat` of an event, all draws of one chain after the other. */
export const pooledDraws = ({ shape, values }: Draws, flat: number): Float64Array => {
  const width = sizeOf(shape.slice(2));
  const all = new Float64Array(shape[0] * shape[1]);
  for (let i = 0, at = flat; i < all.length; i++, at += width) all[i] = values[at];
  return all;
};

/** Element `flat` of an event as one series per chain. */
export const chainsOf = (draws: Draws, flat: number): Float64Array[] => {
  const all = pooledDraws(draws, flat);
  const length = draws.shape[1];
  return Array.from({ length: draws.shape[0] }, (_, c) => all.subarray(c * length, (c + 1) * length));
};

/** The draws with these numbers, all chains counted in a row, as one series: [1, count, ...event]. */
export const drawsAt = <L>(draws: DrawsOf<L>, places: readonly number[]): DrawsOf<L> =>
  Object.fromEntries(
    Object.entries<Draws>(draws).map(([name, { shape, values, coords }]) => {
      const event = shape.slice(2);
      const width = sizeOf(event);
      const taken = new Float64Array(places.length * width);
      for (const [i, place] of places.entries())
        taken.set(values.subarray(place * width, (place + 1) * width), i * width);
      return [name, { shape: [1, places.length, ...event], values: taken, coords }];
    }),
  ) as unknown as DrawsOf<L>;
