import { hostCholesky } from "../core/cholesky.ts";

const turns = 60;

const normalised = (x: Float64Array): Float64Array => {
  const length = Math.hypot(...x);
  return x.map((each) => each / length);
};

/** A start that is not at right angles to anything in particular. */
const anyDirection = (size: number): Float64Array =>
  normalised(Float64Array.from({ length: size }, (_, i) => 1 + 0.37 * Math.sin(1 + 2.7 * i)));

/** The length that a symmetric map reaches on unit vectors, by power iteration: a little below its largest eigenvalue. */
const largest = (size: number, map: (x: Float64Array) => Float64Array): number => {
  let x = anyDirection(size);
  let length = 0;
  for (let turn = 0; turn < turns; turn++) {
    const y = map(x);
    length = Math.hypot(...y);
    x = y.map((each) => each / length);
  }
  return length;
};

const times =
  (a: Float64Array, size: number) =>
  (x: Float64Array): Float64Array =>
    x.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += a[i * size + j] * x[j];
      return sum;
    });

/** (L Lᵀ)⁻¹ x. */
const solveWith =
  (l: Float64Array, size: number) =>
  (x: Float64Array): Float64Array => {
    const y = x.slice();
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) y[i] -= l[i * size + j] * y[j];
      y[i] /= l[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
      y[i] /= l[i * size + i];
      for (let j = 0; j < i; j++) y[j] -= l[i * size + j] * y[i];
    }
    return y;
  };

/** The correlation matrix of a covariance matrix; undefined where a variance is not above 0. */
export const correlationOf = (covariance: Float64Array, size: number): Float64Array | undefined => {
  const scales = Float64Array.from({ length: size }, (_, i) => Math.sqrt(covariance[i * size + i]));
  if (!scales.every((scale) => scale > 0 && Number.isFinite(scale))) return undefined;
  return covariance.map((each, at) => each / (scales[Math.floor(at / size)] * scales[at % size]));
};

/** The condition number of a covariance matrix, ∞ where it is singular: the squared length of the longest axis by the shortest. */
export const conditionOf = (covariance: Float64Array, size: number): number => {
  const factor = hostCholesky(covariance, size);
  return factor
    ? largest(size, times(covariance, size)) * largest(size, solveWith(factor, size))
    : Number.POSITIVE_INFINITY;
};

/** Solves L X = B in place for a lower triangular L, B [size × size] row by row. */
const solveRows = (l: Float64Array, b: Float64Array, size: number): Float64Array => {
  for (let i = 0; i < size; i++)
    for (let column = 0; column < size; column++) {
      for (let j = 0; j < i; j++) b[i * size + column] -= l[i * size + j] * b[j * size + column];
      b[i * size + column] /= l[i * size + i];
    }
  return b;
};

const transposed = (a: Float64Array, size: number): Float64Array =>
  a.map((_, at) => a[(at % size) * size + Math.floor(at / size)]);

/**
 * The condition number of a covariance matrix in the coordinates in which another is the identity; ∞ where either is singular.
 * @param metric that other one.
 */
export const conditionThrough = (metric: Float64Array, covariance: Float64Array, size: number): number => {
  const factor = hostCholesky(metric, size);
  if (!factor) return Number.POSITIVE_INFINITY;
  const half = solveRows(factor, covariance.slice(), size);
  return conditionOf(solveRows(factor, transposed(half, size), size), size);
};
