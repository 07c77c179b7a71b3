import type { Type } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";

/** Small numbers from a seed: Park and Miller's generator. */
export const numbers = (seed: number): (() => number) => {
  let state = seed % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
};

/** An argument: reals around 0, small ints from 0, bools. */
export const argument = (type: Type, shape: readonly number[], next: () => number): HostArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  const kinds = {
    real: () => Float64Array.from({ length: size }, () => 4 * next() - 2),
    int: () => Int32Array.from({ length: size }, () => Math.floor(5 * next())),
    bool: () => Uint8Array.from({ length: size }, () => Number(next() < 0.5)),
  };
  return { type, shape, values: kinds[type]() };
};

/** One element along the leading axis. */
export const at = ({ type, shape, values }: HostArray, i: number): HostArray => {
  const size = values.length / shape[0];
  return { type, shape: shape.slice(1), values: values.slice(i * size, (i + 1) * size) };
};
