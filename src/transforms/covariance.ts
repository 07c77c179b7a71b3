import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf } from "../ops/linalg.ts";
import { exp } from "../ops/special.ts";
import type { Support } from "./support.ts";
import { everyLast } from "./support.ts";
import { entries, isFactor, isSemidefinite, lowerOf, orderOf, placed, placeIn, triangleDomain } from "./triangle.ts";

/** The elements of a free vector that stand on the diagonal: [..., K(K+1)/2] → [..., K]. */
const onDiagonal = (x: Tensor, n: number): Tensor => {
  const at = range(n).map((i) => placeIn(0)(i, i) as number);
  return x.gather(tf.tensor1d(at, "int32"), x.rank - 1);
};

/** The free vector on the lower triangle, with the exponential of what stands on the diagonal. */
const factorOf = (x: Tensor, logDiagonal: Tensor): Tensor => {
  const count = x.shape[x.rank - 1];
  const n = logDiagonal.shape[logDiagonal.rank - 1];
  return placed(tf.concat([x, exp(logDiagonal)], -1), n, (i, j) => (i === j ? count + i : placeIn(0)(i, j)));
};

/** Σ_i w_i log L_ii for w_i = 1, or K + 1 − i with i from 0: then from x to L Lᵀ, up to the constant K log 2. */
const logDetOf = (logDiagonal: Tensor, squared: boolean): Tensor => {
  const n = logDiagonal.shape[logDiagonal.rank - 1];
  if (!squared) return logDiagonal.sum(-1);
  const weights = fromHost(
    range(n).map((i) => n + 1 - i),
    [n],
  );
  return logDiagonal
    .mul(weights)
    .sum(-1)
    .add(n * Math.LN2);
};

/** The free vector of a factor, and the logs of its diagonal. */
const freeOf = (l: Tensor): { readonly x: Tensor; readonly logDiagonal: Tensor } => {
  const logDiagonal = diagonalOf(l).log();
  const n = l.shape[l.rank - 1];
  const all = entries(n, 0);
  const count = all.length;
  const at = all.map(([i, j], place) => (i === j ? count + i : place));
  const both = tf.concat([lowerOf(l, 0), logDiagonal], -1);
  return { x: both.gather(tf.tensor1d(at, "int32"), both.rank - 1), logDiagonal };
};

const order = (x: Tensor): number => orderOf(x.shape[x.rank - 1], 0);

/**
 * Lower Cholesky factors [..., K, K] of covariance matrices, from K(K + 1)/2 numbers, row by row: the logs of the diagonal, and the
 * entries below it as they are. Log-determinants are with respect to the lower triangle. Stan reference manual, "Cholesky factors of
 * covariance matrices".
 */
export const covarianceFactor: Support = {
  name: "Cholesky factors of covariance matrices",
  rank: 2,
  contains: isFactor,
  forward: (x) => {
    const logDiagonal = onDiagonal(x, order(x));
    return { value: factorOf(x, logDiagonal), logDet: logDetOf(logDiagonal, false) };
  },
  inverse: (l) => {
    const { x, logDiagonal } = freeOf(l);
    return { value: x, logDet: logDetOf(logDiagonal, false).neg() };
  },
  domain: triangleDomain("covarianceFactor", 0, 1),
};

/**
 * Covariance matrices [..., K, K], as L Lᵀ of `covarianceFactor`. Log-determinants are with respect to the lower triangle, diagonal
 * included. Stan reference manual, "Covariance matrices".
 */
export const covariance: Support = {
  name: "covariance matrices",
  rank: 2,
  contains: (s) => tf.logicalAnd(isSemidefinite(s), everyLast(tf.isFinite(diagonalOf(s)))),
  forward: (x) => {
    const logDiagonal = onDiagonal(x, order(x));
    const l = factorOf(x, logDiagonal);
    return { value: tf.matMul(l, l, false, true), logDet: logDetOf(logDiagonal, true) };
  },
  inverse: (s) => {
    const { x, logDiagonal } = freeOf(cholesky(s));
    return { value: x, logDet: logDetOf(logDiagonal, true).neg() };
  },
  domain: triangleDomain("covariance", 0, 1),
};
