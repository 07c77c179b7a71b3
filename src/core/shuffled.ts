import { type HostKey, hostUniforms } from "./key.ts";
import { range } from "./shape.ts";

/** These items in a random order, all orders alike, by numbers uniform in [0, 1). Fisher & Yates, as Durstenfeld 1964. */
export const shuffled = <T>(items: readonly T[], uniform: () => number): T[] => {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniform() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
};

/** The places 0 … count − 1 in a random order. */
export const shuffledPlaces = (key: HostKey, count: number): number[] => shuffled(range(count), hostUniforms(key));
