import { fromHost } from "../../src/core/tensor.ts";
import type { Support } from "../../src/transforms/index.ts";
import {
  interval,
  lower,
  ordered,
  positive,
  realLine,
  realVectors,
  simplex,
  upper,
} from "../../src/transforms/index.ts";

/** What the contract of bijections needs to know of a member: a new one is a new row. */
export interface Row {
  /** Made when it is used, so that tensors in it have the precision in force. */
  readonly make: () => Support;
  /** Unconstrained events from which a value goes there and back to rounding: far out only where a bound at 0 leaves digits. */
  readonly points: readonly (readonly number[])[];
  /** The length of an event before and after the map. */
  readonly sizes?: readonly [before: number, after: number];
  /** Values outside, as events. */
  readonly outside: readonly (readonly number[])[];
}

const each = (...x: readonly number[]): number[][] => x.map((one) => [one]);

export const supports: Readonly<Record<string, Row>> = {
  realLine: { make: () => realLine, points: each(-1e6, -1, 0, 3.5), outside: each(Infinity, Number.NaN) },
  realVectors: {
    make: () => realVectors,
    points: [
      [0.5, -2, 1e3],
      [0, 0, 0],
    ],
    sizes: [3, 3],
    outside: [
      [0, Number.NaN, 1],
      [0, Infinity, 0],
    ],
  },
  positive: {
    make: () => positive,
    points: each(-600, -30, -1, 0, 0.3, 5, 600),
    outside: each(-1e-9, Infinity, Number.NaN),
  },
  "lower(0)": { make: () => lower(0), points: each(-600, -1, 0, 5), outside: each(-1) },
  "lower(-2.5)": { make: () => lower(-2.5), points: each(-5, -1, 0, 0.3, 20), outside: each(-2.6, Infinity) },
  "lower(tensor)": { make: () => lower(fromHost([-1, 0, 2], [3])), points: [[-2, 0, 3]], outside: [[-1.5, -1, 1.9]] },
  "upper(3)": { make: () => upper(3), points: each(-5, -1, 0, 0.3, 20), outside: each(3.1, -Infinity) },
  "upper(0)": { make: () => upper(0), points: each(-600, 0, 30), outside: each(1e-9) },
  "interval(0, 1)": {
    make: () => interval(0, 1),
    points: each(-600, -30, -1, 0, 0.3, 10),
    outside: each(-0.1, 1.1, Number.NaN),
  },
  "interval(-1, 0)": { make: () => interval(-1, 0), points: each(-10, 0, 1, 30, 600), outside: each(-1.1, 0.1) },
  "interval(-5, 20)": { make: () => interval(-5, 20), points: each(-10, -1, 0, 0.3, 10), outside: each(-6, 21) },
  "interval(tensors)": {
    make: () => interval(fromHost([-1, 0, 2], [3]), fromHost([0, 10, 2.5], [3])),
    points: [[-2, 0, 3]],
    outside: [[0.1, -1, 3]],
  },
  ordered: {
    make: () => ordered,
    points: [
      [0, 0, 0, 0],
      [-3, 1.5, -2, 4],
      [100, -5, 3, 0.5],
    ],
    sizes: [4, 4],
    outside: [
      [0, 2, 1, 3],
      [0, 1, Number.NaN, 3],
    ],
  },
  "ordered, of one": { make: () => ordered, points: [[0], [-7]], sizes: [1, 1], outside: [[Infinity]] },
  simplex: {
    make: () => simplex,
    points: [
      [0, 0, 0],
      [-3, 1.5, -2],
      [-40, 8, -100],
      [-500, -600, 5],
    ],
    sizes: [3, 4],
    outside: [
      [0.5, 0.5, 0.5, -0.5],
      [0.2, 0.2, 0.2, 0.2],
    ],
  },
  "simplex, of two": { make: () => simplex, points: [[0], [-7], [12]], sizes: [1, 2], outside: [[0.4, 0.5]] },
};
