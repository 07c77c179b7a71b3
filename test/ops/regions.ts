import type { Tensor } from "../../src/core/tensor.ts";
import type { HostArray } from "../../src/engine/interpret/array.ts";
import { eagerly, type Result, traced } from "../engine/trace/both.ts";

/** Both ways that a formula runs. */
export const ways: readonly (readonly [
  string,
  (f: (inputs: Tensor[]) => unknown, inputs: readonly HostArray[]) => Result[],
])[] = [
  ["eager", eagerly],
  ["traced", traced],
];

/** The largest distance of what two formulas give, relative where they are large. */
export const distance = (got: readonly Result[], want: readonly Result[]): number => {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, { shape, dtype, values }] of want.entries()) {
    if (got[i].dtype !== dtype || String(got[i].shape) !== String(shape)) return Number.POSITIVE_INFINITY;
    for (const [at, x] of values.entries())
      largest = Math.max(largest, Math.abs(got[i].values[at] - x) / (1 + Math.abs(x)));
  }
  return largest;
};
