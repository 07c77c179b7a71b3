import { hostCholesky } from "../core/cholesky.ts";

/** The inverse of a symmetric positive definite matrix [size × size], and the log of its determinant; undefined where it is not. */
export const inverseOf = (
  matrix: Float64Array,
  size: number,
): { readonly inverse: Float64Array; readonly logDet: number } | undefined => {
  const l = hostCholesky(matrix, size);
  if (!l) return undefined;
  // L⁻¹ by columns, then L⁻ᵀ L⁻¹.
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++)
    for (let i = j; i < size; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= l[i * size + k] * lower[k * size + j];
      lower[i * size + j] = rest / l[i * size + i];
    }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let k = Math.max(i, j); k < size; k++) inverse[i * size + j] += lower[k * size + i] * lower[k * size + j];
  let logDet = 0;
  for (let i = 0; i < size; i++) logDet -= 2 * Math.log(l[i * size + i]);
  return { inverse, logDet };
};

/** Σ a b over rows: of a column-less x [n × size], xᵀx [size × size] and xᵀy [size]. */
export const crossProducts = (
  x: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
): { readonly xx: Float64Array; readonly xy: Float64Array } => {
  const size = x[0].length;
  const [xx, xy] = [new Float64Array(size * size), new Float64Array(size)];
  for (const [n, row] of x.entries())
    for (let i = 0; i < size; i++) {
      xy[i] += row[i] * y[n];
      for (let j = 0; j < size; j++) xx[i * size + j] += row[i] * row[j];
    }
  return { xx, xy };
};
