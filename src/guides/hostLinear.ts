/** Linear algebra on plain arrays, row by row, for guides that look at a posterior before they are trained. */
import { hostCholesky } from "../core/cholesky.ts";

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** L x. l [size × size] lower, x [size]. */
export const lowerTimes = (l: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => dot(l.subarray(i * x.length, i * x.length + i + 1), x));

/** Lᵀ x. l [size × size] lower, x [size]. */
export const transposedTimes = (l: Float64Array, x: Float64Array): Float64Array => {
  const product = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) for (let j = 0; j <= i; j++) product[j] += l[i * x.length + j] * x[i];
  return product;
};

/** L⁻¹ x. l [size × size] lower, x [size]. */
export const lowerSolve = (l: Float64Array, x: Float64Array): Float64Array => {
  const size = x.length;
  const solved = x.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) solved[i] -= l[i * size + j] * solved[j];
    solved[i] /= l[i * size + i];
  }
  return solved;
};

/** The inverse of a lower triangular matrix, which is one too. */
const lowerInverse = (l: Float64Array, size: number): Float64Array => {
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = inverse.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < i; k++) {
      const weight = l[i * size + k];
      if (weight !== 0) for (let j = 0; j <= k; j++) row[j] -= weight * inverse[k * size + j];
    }
    row[i] = 1;
    for (let j = 0; j <= i; j++) row[j] /= l[i * size + i];
  }
  return inverse;
};

/**
 * The lower factor L of the inverse of a symmetric matrix, P⁻¹ = L Lᵀ, by way of P = U Uᵀ with U upper and L = U⁻ᵀ: no inverse is
 * factored, so that nothing is lost where scales differ. Undefined where P is not positive definite.
 */
export const factorOfInverse = (precision: Float64Array, size: number): Float64Array | undefined => {
  // Turned about both axes, P keeps its symmetry, and an upper factor becomes a lower one.
  const turned = precision.slice().reverse();
  const upper = hostCholesky(turned, size)?.reverse();
  if (!upper) return undefined;
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) lower[i * size + j] = upper[j * size + i];
  return lowerInverse(lower, size);
};
