import { fail } from "../../core/check.ts";
import { foldHostKey, hostKey } from "../../core/key.ts";
import { range } from "../../core/shape.ts";
import { shuffledPlaces } from "../../core/shuffled.ts";

/**
 * In which order an autoregressive flow takes the coordinates: as they stand ("natural"), the last one first ("reversed"), at random, or as
 * a list of the coordinates from 0, the first one first. Layers alternate between an order and its opposite; random ones are drawn anew
 * for each layer.
 */
export type Order = "natural" | "reversed" | "random" | readonly number[];

export interface OrderOptions {
  /** "natural" unless said. */
  readonly order?: Order;
  /** Of random orders: 0 unless said. */
  readonly seed?: number;
}

/** The names of these options, as `checkOptions` takes them. */
export const orderOptions: readonly string[] = ["order", "seed"];

const isPermutation = (list: readonly number[]): boolean =>
  [...list].sort((a, b) => a - b).every((coordinate, i) => coordinate === i);

/**
 * These options, with defaults filled in; the seed only where it counts.
 * @throws FluvialError where the order is neither a known name nor a permutation, or the seed no whole number from 0.
 */
export const checkedOrder = (who: string, { order = "natural", seed = 0 }: OrderOptions): OrderOptions => {
  const names = ["natural", "reversed", "random"];
  const given = typeof order === "string" ? names.includes(order) : Array.isArray(order) && isPermutation(order);
  if (!given)
    fail(`${who}: expected an order ${names.join(", ")} or a list of the coordinates from 0, got ${String(order)}`);
  hostKey(seed);
  return order === "random" ? { order, seed } : { order };
};

/**
 * The place of each coordinate in the order of each layer.
 * @throws FluvialError where a list of coordinates is not of this size.
 */
export const placesOf = (
  who: string,
  size: number,
  layers: number,
  { order = "natural", seed = 0 }: OrderOptions,
): number[][] => {
  if (typeof order !== "string" && order.length !== size)
    fail(`${who}: expected an order of ${size} coordinates, got one of ${order.length}: [${order.join(", ")}]`);
  const coordinates = typeof order === "string" ? range(size) : order;
  const places = coordinates.map((_, coordinate) => coordinates.indexOf(coordinate));
  return range(layers).map((layer) => {
    if (order === "random") return shuffledPlaces(foldHostKey(hostKey(seed), layer), size);
    const opposite = (layer % 2 === 1) !== (order === "reversed");
    return opposite ? places.map((place) => size - 1 - place) : places;
  });
};
