/**
 * The lower Cholesky factor L of a symmetric matrix A = L Lᵀ on the host, row by row; only the lower half of A is read. Undefined
 * where A is not positive definite.
 */
export const hostCholesky = (matrix: ArrayLike<number>, size: number): Float64Array | undefined => {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= factor[i * size + k] * factor[j * size + k];
      if (i !== j) factor[i * size + j] = rest / factor[j * size + j];
      else if (rest > 0 && Number.isFinite(rest)) factor[i * size + i] = Math.sqrt(rest);
      else return undefined;
    }
  return factor;
};
