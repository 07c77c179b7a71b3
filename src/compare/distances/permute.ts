import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";

/** Puts items from … to − 1 into random order. Knuth 1997, algorithm P. */
export const shuffle = (items: Int32Array, from: number, to: number, uniform: () => number): void => {
  for (let i = to - 1; i > from; i--) {
    const j = from + Math.floor(uniform() * (i - from + 1));
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
};

/** `times` random orders of 0 … count − 1, one after the other, each to f: the array is used again. */
export const overPermutations = (
  count: number,
  times: number,
  key: HostKey,
  f: (order: Int32Array) => number,
): Float64Array => {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  return Float64Array.from({ length: times }, (_, i) => {
    shuffle(order, 0, count, hostUniforms(foldHostKey(key, i)));
    return f(order);
  });
};
