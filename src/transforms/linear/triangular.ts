import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { transposed } from "../../ops/transposed.ts";
import { belowDiagonal } from "../triangle.ts";
import type { Linear } from "./linear.ts";
import { solveTriangle, times } from "./vectors.ts";

/** logDiagonal [n]; off [n, n], of which the strict triangle on the side in question counts; or, each row its own, [...batch, …]. */
export interface TriangularParameters {
  readonly logDiagonal: Tensor;
  readonly off: Tensor;
}

/**
 * I + off/√n on one side of the diagonal. By √n, so that one learning rate suits all sizes: a step of noise moves a row no further in
 * 100 dimensions than in 1.
 */
const unitTriangle = (off: Tensor, lower: boolean): Tensor => {
  const n = off.shape[off.rank - 1];
  const below = belowDiagonal(n);
  return off
    .mul(lower ? below : transposed(below))
    .div(Math.sqrt(n))
    .add(tf.eye(n));
};

const acting = (t: Tensor, lower: boolean, logDet: Tensor): Linear => ({
  apply: (x) => times(t, x),
  solve: (y) => solveTriangle(t, y, { lower }),
  logDet,
});

/** A triangle with ones on its diagonal, of which no more than `off` is asked: log |det| is 0. */
export const unitTriangularLinear = (off: Tensor, lower: boolean): Linear =>
  acting(unitTriangle(off, lower), lower, tf.scalar(0));

/**
 * diag(exp logDiagonal) (I + off/√n), a triangle with a positive diagonal: each such triangle is one of these. log |det| is the sum of
 * the logs on the diagonal; the way back costs as much as the way there, n²/2 products.
 */
export const triangularLinear = ({ logDiagonal, off }: TriangularParameters, lower: boolean): Linear =>
  acting(unitTriangle(off, lower).mul(logDiagonal.exp().expandDims(-1)), lower, logDiagonal.sum(-1));
