/** Matrices that act on vectors: one for all rows of a batch, or one for each row. */
import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { triangularSolve } from "../../ops/linalg.ts";

/** W x, or Wᵀ x: w [m, n], or [...batch, m, n] for x's batch; x [...batch, n], or [...batch, m] where transposed. */
export const times = (w: Tensor, x: Tensor, transpose = false): Tensor => {
  if (w.rank > 2) return tf.matMul(w, x.expandDims(-1), transpose).squeeze([-1]);
  const [rows, columns] = w.shape as [number, number];
  const [inputs, outputs] = transpose ? [rows, columns] : [columns, rows];
  return tf.matMul(x.reshape([-1, inputs]), w, false, !transpose).reshape([...x.shape.slice(0, -1), outputs]);
};

/** T⁻¹ y, or T⁻ᵀ y, for a triangle t [n, n], or [...batch, n, n] for y's batch; y [...batch, n]. */
export const solveTriangle = (
  t: Tensor,
  y: Tensor,
  options: { readonly lower: boolean; readonly transpose?: boolean },
): Tensor => {
  if (t.rank > 2) return triangularSolve(t, y.expandDims(-1), options).squeeze([-1]);
  const columns = y.reshape([-1, t.shape[0]]).transpose();
  return triangularSolve(t, columns, options).transpose().reshape(y.shape);
};
