import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { transposed } from "../../ops/transposed.ts";
import { belowDiagonal } from "../triangle.ts";
import type { Linear } from "./linear.ts";
import { times } from "./vectors.ts";

/** Q x for an orthogonal Q [..., n, n], whose inverse is its transpose: log |det| is 0. */
export const orthogonalLinear = (q: Tensor): Linear => ({
  apply: (x) => times(q, x),
  solve: (y) => times(q, y, true),
  logDet: tf.scalar(0),
});

/** The skew matrix (T − Tᵀ)/√n of the strict lower triangle T of `off` [..., n, n]. */
export const skewOf = (off: Tensor): Tensor => {
  const n = off.shape[off.rank - 1];
  const below = off.mul(belowDiagonal(n)).div(Math.sqrt(n));
  return below.sub(transposed(below));
};
