import type { Shape, Tensor, TensorLike } from "../../src/core/tensor.ts";
import { asTensor } from "../../src/core/tensor.ts";
import * as d from "../../src/distributions/index.ts";
import type { VectorRow } from "./vectorTable.ts";

type Nested = VectorRow["parameters"][number];

/** The halves of a square matrix made one: slopes are in one half of it. */
const symmetric = (a: TensorLike): d.Matrix => {
  if (typeof a === "number" || Array.isArray(a)) return a as unknown as d.Matrix;
  const matrix = a as Tensor;
  const axes = [...matrix.shape.keys()];
  axes.push(...axes.splice(-2).reverse());
  return matrix.add(matrix.transpose(axes)).div(2);
};

const leadOf = (x: TensorLike): Shape => (typeof x === "number" ? [] : asTensor(x).shape);
/** A parameter of one number for each vector, put before the axis of the vector. */
const column = (x: TensorLike): TensorLike => (typeof x === "number" ? x : asTensor(x).expandDims(-1));

const scale: Nested = [
  [4, 1, 0.5],
  [1, 2, -0.25],
  [0.5, -0.25, 1],
];
const ordinary: Nested = [
  [3, 0.5, 0.25],
  [0.5, 4, -1],
  [0.25, -1, 2],
];
const ordinaryFactor: Nested = [
  [1.5, 0, 0],
  [-0.5, 2, 0],
  [0.25, 1, 0.75],
];
const indefinite: Nested = [
  [1, 2, 0],
  [2, 1, 0],
  [0, 0, 1],
];
const correlations: Nested = [
  [1, 0.5, -0.25],
  [0.5, 1, 0.125],
  [-0.25, 0.125, 1],
];
const rightAngles: Nested = [
  [1, 0, 0],
  [0.6, 0.8, 0],
  [0, -0.28, 0.96],
];
const asymmetric: Nested = [
  [1, 0.5, 0],
  [0.4, 1, 0],
  [0, 0, 1],
];

const lkjRow = (size: number, points: readonly Nested[], outside?: readonly Nested[]): VectorRow => ({
  make: ([concentration], shape) => d.lkj(size, concentration, shape),
  parameters: [1.5],
  points,
  outside,
  hard: [[0.05], [1e5]],
});

const lkjFactorRow = (size: number, points: readonly Nested[], outside?: readonly Nested[]): VectorRow => ({
  ...lkjRow(size, points, outside),
  make: ([concentration], shape) => d.lkjCholesky(size, concentration, shape),
});

const chain = (size: number, share: number): Nested =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => share ** Math.abs(i - j)));
const chainFactor = (size: number, share: number): Nested =>
  Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) =>
      j > i ? 0 : share ** (i - j) * (j === 0 ? 1 : Math.sqrt(1 - share * share)),
    ),
  );

/** Distributions over matrices, and over vectors that are bound together, for the contract of `vectorTable.ts`. */
export const matrices: Readonly<Record<string, VectorRow>> = {
  lkj: lkjRow(3, [correlations], [asymmetric, indefinite]),
  "lkj, of two": lkjRow(2, [chain(2, 0.75)]),
  lkjCholesky: lkjFactorRow(3, [rightAngles], [ordinaryFactor, correlations]),
  "lkjCholesky, of two": lkjFactorRow(2, [chainFactor(2, 0.75)]),
  "lkjCholesky, of five": lkjFactorRow(5, [chainFactor(5, -0.5)]),
  wishart: {
    make: ([df, a], shape) => d.wishart(df, symmetric(a), shape),
    parameters: [4.5, scale],
    points: [ordinary],
    outside: [asymmetric, indefinite],
    hard: [
      [2.05, scale],
      [1e5, scale],
      [0.5, [[2]]],
    ],
  },
  wishartCholesky: {
    make: ([df, a], shape) => d.wishartCholesky(df, symmetric(a), shape),
    parameters: [4.5, scale],
    points: [ordinaryFactor],
    outside: [correlations],
    hard: [
      [2.05, scale],
      [1e5, scale],
      [0.5, [[2]]],
    ],
  },
  inverseWishart: {
    make: ([df, a], shape) => d.inverseWishart(df, symmetric(a), shape),
    parameters: [12.5, scale],
    points: [ordinary],
    outside: [asymmetric, indefinite],
    hard: [
      [3, scale],
      [1e5, scale],
    ],
  },
  zeroSumNormal: {
    make: ([s], shape) => d.zeroSumNormal(s, shape ?? [...leadOf(s), 4]),
    parameters: [0.7],
    points: [
      [1.5, -0.5, -2, 1],
      [0, 0, 0, 0],
    ],
    outside: [[1, 0, 0, 0]],
    hard: [[1e-12], [1e12]],
  },
  ordered: {
    make: ([loc, s], shape) => d.ordered(d.normal(column(loc), column(s)), shape ?? [...leadOf(loc), 3]),
    parameters: [0.5, 2],
    points: [
      [-1, 0.5, 2],
      [-3, -2.5, 4],
    ],
    outside: [[0, 2, 1]],
    hard: [[1e6, 1e-6]],
  },
  "ordered, positive": {
    make: ([rate], shape) => d.ordered(d.exponential(column(rate)), shape ?? [...leadOf(rate), 3]),
    parameters: [0.8],
    points: [[0.25, 0.5, 2]],
    outside: [
      [0.5, 2, 1],
      [-0.5, 1, 2],
    ],
  },
  "ordered, between": {
    make: ([low, high], shape) => d.ordered(d.uniform(column(low), column(high)), shape ?? [...leadOf(low), 3]),
    parameters: [-1, 2.5],
    real: [],
    points: [[-0.5, 0.5, 2]],
    outside: [
      [0.5, 2, 1],
      [-0.5, 1, 3],
    ],
  },
};

/** Constructors with a test of their own: improper ones, and those without parameters. */
export const apart: readonly string[] = ["flat", "flatOn", "uniformSphere"];
