import { hostCholesky } from "../core/cholesky.ts";

/** A multivariate normal by its mean and the lower Cholesky factor of its covariance matrix, row by row. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
}

/** Mean and covariance matrix (with n − 1) of points [count × size], row by row. */
export const momentsOf = (
  points: Float64Array,
  size: number,
): { readonly mean: Float64Array; readonly covariance: Float64Array } => {
  const count = points.length / size;
  const mean = new Float64Array(size);
  for (let at = 0; at < points.length; at++) mean[at % size] += points[at] / count;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < size; i++) centred[i] = points[row * size + i] - mean[i];
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) covariance[i * size + j] += (centred[i] * centred[j]) / (count - 1);
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j];
  return { mean, covariance };
};

/** The normal with the moments of points [count × size]; undefined where their covariance matrix is not positive definite. */
export const gaussianOf = (points: Float64Array, size: number): Gaussian | undefined => {
  const { mean, covariance } = momentsOf(points, size);
  const factor = hostCholesky(covariance, size);
  return factor && { mean, factor };
};

/** L⁻¹ (x − mean) of every point [count × size]. */
export const whitened = (points: Float64Array, { mean, factor }: Gaussian): Float64Array => {
  const size = mean.length;
  const out = new Float64Array(points.length);
  for (let row = 0; row < points.length; row += size)
    for (let i = 0; i < size; i++) {
      let rest = points[row + i] - mean[i];
      for (let j = 0; j < i; j++) rest -= factor[i * size + j] * out[row + j];
      out[row + i] = rest / factor[i * size + i];
    }
  return out;
};

/** The inverse of `whitened`: mean + L x. */
export const coloured = (points: Float64Array, { mean, factor }: Gaussian): Float64Array => {
  const size = mean.length;
  const out = new Float64Array(points.length);
  for (let row = 0; row < points.length; row += size)
    for (let i = 0; i < size; i++) {
      let sum = mean[i];
      for (let j = 0; j <= i; j++) sum += factor[i * size + j] * points[row + j];
      out[row + i] = sum;
    }
  return out;
};

const halfLog2Pi = 0.9189385332046728;

/** The log density at every point [count × size]. */
export const gaussianLogDensity = (points: Float64Array, gaussian: Gaussian): Float64Array => {
  const size = gaussian.mean.length;
  const z = whitened(points, gaussian);
  let constant = -size * halfLog2Pi;
  for (let i = 0; i < size; i++) constant -= Math.log(gaussian.factor[i * size + i]);
  return Float64Array.from({ length: points.length / size }, (_, row) => {
    let squares = 0;
    for (let i = 0; i < size; i++) squares += z[row * size + i] ** 2;
    return constant - 0.5 * squares;
  });
};
