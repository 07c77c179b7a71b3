import { fromHost } from "../../src/core/tensor.ts";
import type { Support } from "../../src/transforms/index.ts";
import {
  circular,
  columnStochastic,
  correlation,
  correlationFactor,
  covariance,
  covarianceFactor,
  interval,
  lower,
  ordered,
  positive,
  positiveOrdered,
  realLine,
  realVectors,
  scaled,
  simplex,
  stochastic,
  sumToZero,
  sumToZeroMatrix,
  unitVector,
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
  /** The shapes of an event before and after the map, where either is not a vector. */
  readonly shapes?: readonly [before: readonly number[], after: readonly number[]];
  /**
   * The entries of the value, counted row by row, that log-determinants are with respect to, or "surface" for lengths and areas within
   * the set. The first ones, as many as there are free numbers, where left out.
   */
  readonly coordinates?: readonly number[] | "surface";
  /** How far out values are still finite in single precision; 80 where left out. */
  readonly far?: number;
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
  "scaled(-3, 0.25)": {
    make: () => scaled(-3, 0.25),
    points: each(-1e6, -1, 0, 3.5),
    outside: each(Infinity, Number.NaN),
  },
  "scaled(tensors)": {
    make: () => scaled(fromHost([-1, 0, 2], [3]), fromHost([0.1, 1, 20], [3])),
    points: [[-2, 0, 3]],
    outside: [[Infinity, -Infinity, Number.NaN]],
  },
  circular: { make: () => circular, points: each(-10, -1, 0, 0.3, 10), outside: each(-3.2, 3.2, Number.NaN) },
  positiveOrdered: {
    make: () => positiveOrdered,
    points: [
      [0, 0, 0, 0],
      [-3, 1.5, -2, 4],
      [-30, -20, 0, 5],
    ],
    sizes: [4, 4],
    outside: [
      [0.1, 2, 1, 3],
      [-0.1, 1, 2, 3],
      [0, 1, Number.NaN, 3],
    ],
  },
  "positiveOrdered, of one": { make: () => positiveOrdered, points: [[0], [-7]], sizes: [1, 1], outside: [[-1]] },
  sumToZero: {
    make: () => sumToZero,
    points: [
      [0, 0, 0],
      [-3, 1.5, 20],
      [1e6, 2, -5],
    ],
    sizes: [3, 4],
    coordinates: "surface",
    outside: [
      [1, 2, -2.9, 0],
      [0, Number.NaN, 0, 0],
    ],
  },
  "sumToZero, of two": {
    make: () => sumToZero,
    points: [[0.7], [-80]],
    sizes: [1, 2],
    coordinates: "surface",
    outside: [[1, 1]],
  },
  sumToZeroMatrix: {
    make: () => sumToZeroMatrix,
    points: [
      [0, 0],
      [-3, 1.5],
      [40, 2],
    ],
    shapes: [
      [2, 1],
      [3, 2],
    ],
    coordinates: "surface",
    outside: [
      [1, -1, 1, -1, -1, 1],
      [1, 1, -1, -1, 0, 0],
    ],
  },
  unitVector: {
    make: () => unitVector,
    points: [
      [0, 0, 0],
      [-3, 1.5, -2],
      [1e-9, 0.3, 30],
      [-400, 8, -100],
    ],
    sizes: [3, 4],
    coordinates: "surface",
    outside: [
      [0.5, 0.5, 0.5, 0.6],
      [0, 0, 0, Number.NaN],
    ],
  },
  "unitVector, of two": {
    make: () => unitVector,
    points: [[0], [-0.7], [12]],
    sizes: [1, 2],
    coordinates: "surface",
    outside: [[0.6, 0.7]],
  },
  stochastic: {
    make: () => stochastic,
    points: [
      [0, 0, 0, 0],
      [-3, 1.5, -2, 0.4],
      [-40, 8, -100, 5],
    ],
    shapes: [
      [2, 2],
      [2, 3],
    ],
    coordinates: [0, 1, 3, 4],
    outside: [
      [0.5, 0.5, 0, 0.5, 0.6, 0],
      [0.5, 0.7, -0.2, 0, 0, 1],
    ],
  },
  columnStochastic: {
    make: () => columnStochastic,
    points: [
      [0, 0, 0, 0],
      [-3, 1.5, -2, 0.4],
    ],
    shapes: [
      [2, 2],
      [3, 2],
    ],
    coordinates: [0, 2, 1, 3],
    outside: [[0.5, 0.5, 0.1, 0.3, 0.6, 0.2]],
  },
  correlationFactor: {
    make: () => correlationFactor,
    points: [
      [0, 0, 0, 0, 0, 0],
      [-1.2, 0.5, -0.3, 0.8, 2, -0.1],
      [8, -6, 3, 0.5, -7, 5],
      [-30, 30, -20, 0.1, 25, -15],
    ],
    shapes: [[6], [4, 4]],
    coordinates: [4, 8, 9, 12, 13, 14],
    outside: [
      [1, 0, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 1, 0, 0.6, 0, 0, 0.7],
      [1, 0, 0, 0, 0.6, -0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      [1, 0, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 0.8, 0.6, 0, 0, 0, 1],
    ],
  },
  "correlationFactor, of two": {
    make: () => correlationFactor,
    points: [[0], [-0.7], [12]],
    shapes: [[1], [2, 2]],
    coordinates: [2],
    outside: [[1, 0, Number.NaN, 1]],
  },
  correlation: {
    make: () => correlation,
    points: [
      [0, 0, 0, 0, 0, 0],
      [-1.2, 0.5, -0.3, 0.8, 1, -0.1],
      [0.4, -0.6, 0.3, 0.5, -0.7, 1.5],
    ],
    shapes: [[6], [4, 4]],
    coordinates: [4, 8, 9, 12, 13, 14],
    outside: [
      [1, 0.5, 0, 0, 0.4, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      [1, 0.5, 0, 0, 0.5, 1, 0, 0, 0, 0, 1.1, 0, 0, 0, 0, 1],
      [1, 0.9, 0.9, 0, 0.9, 1, -0.9, 0, 0.9, -0.9, 1, 0, 0, 0, 0, 1],
    ],
  },
  covarianceFactor: {
    make: () => covarianceFactor,
    points: [
      [0, 0, 0, 0, 0, 0],
      [-1.2, 0.5, -0.3, 0.8, 2, -0.1],
      [20, -600, -30, 0.5, 1e4, 15],
    ],
    shapes: [[6], [3, 3]],
    coordinates: [0, 3, 4, 6, 7, 8],
    outside: [
      [1, 0, 0, 0.6, -0.8, 0, 0, 0, 1],
      [1, 0.1, 0, 0.6, 0.8, 0, 0, 0, 1],
      [1, 0, 0, Infinity, 0.8, 0, 0, 0, 1],
    ],
  },
  covariance: {
    make: () => covariance,
    points: [
      [0, 0, 0, 0, 0, 0],
      [-1.2, 0.5, -0.3, 0.8, 2, -0.1],
      [1.5, 0.5, 1, -0.8, 0.3, -0.6],
    ],
    shapes: [[6], [3, 3]],
    coordinates: [0, 3, 4, 6, 7, 8],
    far: 40,
    outside: [
      [1, 0.1, 0, 0.2, 1, 0, 0, 0, 1],
      [1, 2, 0, 2, 1, 0, 0, 0, 1],
      [Infinity, 0, 0, 0, 1, 0, 0, 0, 1],
    ],
  },
};
