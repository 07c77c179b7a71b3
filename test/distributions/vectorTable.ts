import * as tf from "#tfjs";
import { range } from "../../src/core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../../src/core/tensor.ts";
import type { Distribution } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";
import { matrices } from "./matrixTable.ts";

export type Nested = number | readonly Nested[];

/** What the contract of distributions of vectors and matrices needs to know of a member: a new one is a new row. */
export interface VectorRow {
  /** At parameters that may be tensors, all with leading axes alike; what is not differentiable (symmetry) is seen to here. */
  make(parameters: readonly TensorLike[], shape?: Shape): Distribution;
  /** Ordinary parameters; all batched alike in the test of broadcasting. */
  readonly parameters: readonly Nested[];
  /** Which of them are real numbers, with a slope; all, where left out. */
  readonly real?: readonly number[];
  /** Points inside the support, away from its edges. */
  readonly points: readonly Nested[];
  /** Points outside the support. */
  readonly outside?: readonly Nested[];
  /** Hard parameters: draws must still lie in the support. */
  readonly hard?: readonly (readonly Nested[])[];
}

/** The halves of a square matrix made one: slopes are in one half of it. */
const symmetric = (a: TensorLike): TensorLike => {
  if (typeof a === "number" || Array.isArray(a)) return a;
  const matrix = a as Tensor;
  const axes = [...matrix.shape.keys()];
  axes.push(...axes.splice(-2).reverse());
  return matrix.add(matrix.transpose(axes)).div(2);
};

const covariance: Nested = [
  [4, 1, 0.5],
  [1, 2, -0.25],
  [0.5, -0.25, 1],
];

/** The lower triangle of a matrix: the other one has no slopes. */
const lower = (a: TensorLike): TensorLike => {
  if (typeof a === "number" || Array.isArray(a)) return a;
  const n = (a as Tensor).shape[(a as Tensor).rank - 1];
  const mask = range(n).map((i) => range(n).map((j) => Number(j <= i)));
  return (a as Tensor).mul(tf.tensor2d(mask));
};

/** A parameter that stands for all steps of a series. */
const each = (x: TensorLike): TensorLike => (typeof x === "number" ? x : (x as Tensor).expandDims(-1));

const factor: Nested = [
  [2, 0, 0],
  [0.5, 1.5, 0],
  [-0.25, 0.4, 0.75],
];

/**
 * By the constructor's name; where one has several rows, the rest stands behind a comma. Reference values are looked up by the
 * same names.
 */
export const vectors: Readonly<Record<string, VectorRow>> = {
  dirichlet: {
    make: ([concentration], shape) => d.dirichlet(concentration, shape),
    parameters: [[0.7, 2, 3.5]],
    points: [
      [0.2, 0.3, 0.5],
      [0.01, 0.9, 0.09],
    ],
    outside: [
      [0.2, 0.3, 0.6],
      [-0.1, 0.5, 0.6],
    ],
    hard: [[[1e-3, 1e-3, 2]], [[1e4, 1e5]]],
  },
  multivariateNormal: {
    make: ([loc, a], shape) => d.multivariateNormal(loc, { covariance: symmetric(a) as d.Matrix }, shape),
    parameters: [[1, -2, 3], covariance],
    points: [
      [0, 0, 0],
      [1, 2, 3],
      [-4, 5, 2.5],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    hard: [
      [
        [0, 0],
        [
          [1e-12, 0],
          [0, 1e12],
        ],
      ],
    ],
  },
  "multivariateNormal, precision": {
    make: ([loc, a], shape) => d.multivariateNormal(loc, { precision: symmetric(a) as d.Matrix }, shape),
    parameters: [[1, -2, 3], covariance],
    points: [
      [0, 0, 0],
      [-1, 1, 2.5],
    ],
  },
  "multivariateNormal, choleskyFactor": {
    make: ([loc, l], shape) => d.multivariateNormal(loc, { choleskyFactor: lower(l) as d.Matrix }, shape),
    parameters: [[1, -2, 3], factor],
    points: [
      [0, 0, 0],
      [-1, 1, 2.5],
    ],
  },
  "multivariateNormal, low rank": {
    make: ([loc, f, diagonal], shape) => d.multivariateNormal(loc, { factor: f as d.Matrix, diagonal }, shape),
    parameters: [
      [1, -2, 3],
      [
        [1, 0.5],
        [-0.5, 2],
        [0.25, 1],
      ],
      [0.5, 1, 2],
    ],
    points: [
      [0, 0, 0],
      [-1, 1, 2.5],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  },
  ...matrices,
  multinomial: {
    make: ([total, probs], shape) => d.multinomial(total, probs, shape),
    parameters: [7, [0.2, 0.5, 0.3]],
    real: [1],
    points: [
      [2, 3, 2],
      [0, 7, 0],
    ],
    outside: [
      [2, 3, 3],
      [-1, 5, 3],
      [0.5, 3, 3.5],
    ],
    hard: [
      [40, [0, 1, 0]],
      [1e6, [0.5, 0.5, 0]],
      [0, [0.25, 0.25, 0.5]],
    ],
  },
  multinomialLogits: {
    make: ([total, logits], shape) => d.multinomialLogits(total, logits, shape),
    parameters: [7, [0.2, 1.5, -0.3]],
    real: [1],
    points: [
      [2, 3, 2],
      [0, 7, 0],
    ],
    outside: [[2, 3, 3]],
    hard: [[40, [800, 0, -800]]],
  },
  dirichletMultinomial: {
    make: ([total, concentration], shape) => d.dirichletMultinomial(total, concentration, shape),
    parameters: [7, [0.7, 2, 3.5]],
    real: [1],
    points: [
      [2, 3, 2],
      [0, 7, 0],
    ],
    outside: [[2, 3, 3]],
    hard: [
      [40, [1e-3, 1e-3, 1e-3]],
      [0, [1, 1, 1]],
    ],
  },
  multivariateStudentT: {
    make: ([df, loc, a], shape) => d.multivariateStudentT(df, loc, { covariance: symmetric(a) as d.Matrix }, shape),
    parameters: [7.5, [1, -2, 3], covariance],
    points: [
      [0, 0, 0],
      [-4, 5, 2.5],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    hard: [[0.1, [1, -2, 3], covariance]],
  },
  matrixNormal: {
    make: ([loc, a, b], shape) =>
      d.matrixNormal(loc, { covariance: symmetric(a) as d.Matrix }, { precision: symmetric(b) as d.Matrix }, shape),
    parameters: [
      [
        [1, -1, 0.5],
        [0, 2, 1],
      ],
      [
        [2, 0.3],
        [0.3, 0.5],
      ],
      covariance,
    ],
    points: [
      [
        [0, 0, 0],
        [1, 2, -1],
      ],
    ],
    outside: [
      [
        [0, Number.POSITIVE_INFINITY, 0],
        [1, 2, -1],
      ],
    ],
  },
  gaussianRandomWalk: {
    make: ([scale, initial, drift], shape) =>
      d.gaussianRandomWalk(each(scale), { steps: 4, initial, drift: each(drift) }, shape),
    parameters: [0.7, 0.5, -0.2],
    points: [
      [0.5, 1, -0.25, 2],
      [3, 0, 0, 1],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, 0, 0]],
  },
  "gaussianRandomWalk, first": {
    make: ([scale, deviation], shape) =>
      d.gaussianRandomWalk(scale, { steps: 4, initial: d.normal(1, deviation) }, shape),
    parameters: [[0.7, 1, 2], 3],
    points: [
      [0.5, 1, -0.25, 2],
      [3, 0, 0, 1],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, 0, 0]],
  },
  autoregressive: {
    make: ([coefficients, scale, initial, constant], shape) =>
      d.autoregressive(coefficients, each(scale), { steps: 4, initial, constant: each(constant) }, shape),
    parameters: [[0.6, -0.3], 0.7, [1, 2], 0.4],
    points: [
      [0.5, 1, -0.25, 2],
      [3, 0, 0, 1],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, 0, 0]],
  },
  "autoregressive, stationary": {
    make: ([coefficients, scale, constant], shape) =>
      d.autoregressive(coefficients, each(scale), { steps: 4, initial: "stationary", constant: each(constant) }, shape),
    parameters: [[0.6], 0.7, 0.4],
    points: [
      [0.5, 1, -0.25, 2],
      [3, 0, 0, 1],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, 0, 0]],
  },
  "autoregressive, first": {
    make: ([coefficients, scale, deviation], shape) =>
      d.autoregressive(coefficients, each(scale), { steps: 4, initial: d.normal(1, deviation) }, shape),
    parameters: [[0.6, -0.3], 0.7, 3],
    points: [
      [0.5, 1, -0.25, 2],
      [3, 0, 0, 1],
    ],
    outside: [[0, Number.POSITIVE_INFINITY, 0, 0]],
  },
};

/** The constructor that a row belongs to. */
export const constructorOf = (label: string): string => label.split(",")[0];
