import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf } from "../ops/linalg.ts";
import { exp, softplus, tanh } from "../ops/special.ts";
import { everyLast, type Support } from "./support.ts";
import {
  correlationsOf,
  everyEntry,
  isFactor,
  isSemidefinite,
  lowerOf,
  orderOf,
  placed,
  placeIn,
  slack,
  triangleDomain,
  weights,
} from "./triangle.ts";

/** log(1 − tanh² x). */
const logSechSquare = (x: Tensor): Tensor =>
  x
    .sub(softplus(x.mul(2)))
    .mul(2)
    .add(Math.log(4));

/** tanh x_ij · Π_{k<j} √(1 − tanh² x_ik), and the product alone on the diagonal: [..., K(K−1)/2] → [..., K, K]. */
const factorOf = (x: Tensor, logKept: Tensor): Tensor => {
  const n = orderOf(x.shape[x.rank - 1], -1);
  const place = placeIn(-1);
  const kept = exp(placed(logKept.mul(0.5), n, place).cumsum(x.rank, true));
  return placed(tanh(x), n, place).add(tf.eye(n)).mul(kept);
};

/** Σ log(1 − tanh² x_ij) (1 + (i − 1 − j)/2), rows i and columns j from 0. */
const factorLogDet = (logKept: Tensor): Tensor => {
  const n = orderOf(logKept.shape[logKept.rank - 1], -1);
  return logKept.mul(weights(n, -1, (i, j) => 1 + (i - 1 - j) / 2)).sum(-1);
};

/** The same and Σ_i (K − 1 − i) log L_ii, the step from L to L Lᵀ. */
const matrixLogDet = (logKept: Tensor): Tensor => {
  const n = orderOf(logKept.shape[logKept.rank - 1], -1);
  return logKept.mul(weights(n, -1, (_, j) => 1 + (n - 2 - j) / 2)).sum(-1);
};

/** The free vector of a factor: artanh of L_ij/√(Σ_{k≥j} L_ik²), from sums of squares alone, so that nothing cancels. */
const partialsOf = (l: Tensor): Tensor => {
  const squares = l.square();
  const rest = lowerOf(squares.cumsum(l.rank - 1, true, true), -1);
  const entry = lowerOf(l, -1);
  const sign = tf.where(entry.less(0), -1, tf.onesLike(entry));
  const reach = rest.add(entry.square()).sqrt();
  return reach.add(entry.mul(sign)).log().sub(rest.log().mul(0.5)).mul(sign);
};

/**
 * Lower Cholesky factors [..., K, K] of correlation matrices, from K(K − 1)/2 partial correlations tanh x, row by row. Log-determinants
 * are with respect to the entries below the diagonal. Lewandowski, Kurowicka & Joe 2009; Stan reference manual, "Cholesky factors of
 * correlation matrices".
 */
export const correlationFactor: Support = {
  name: "Cholesky factors of correlation matrices",
  rank: 2,
  contains: (l) => tf.logicalAnd(isFactor(l), everyLast(l.square().sum(-1).sub(1).abs().lessEqual(slack))),
  forward: (x) => {
    const logKept = logSechSquare(x);
    return { value: factorOf(x, logKept), logDet: factorLogDet(logKept) };
  },
  inverse: (l) => {
    const x = partialsOf(l);
    return { value: x, logDet: factorLogDet(logSechSquare(x)).neg() };
  },
  domain: triangleDomain("correlationFactor", -1, 2),
};

/**
 * Correlation matrices [..., K, K], as L Lᵀ of `correlationFactor`. Log-determinants are with respect to the entries below the
 * diagonal; they come from the free vector, and keep their digits where correlations round to 1.
 */
export const correlation: Support = {
  name: "correlation matrices",
  rank: 2,
  contains: (r) =>
    tf.logicalAnd(
      tf.logicalAnd(isSemidefinite(r), everyLast(diagonalOf(r).sub(1).abs().lessEqual(slack))),
      everyEntry(r.abs().lessEqual(1 + slack)),
    ),
  forward: (x) => {
    const logKept = logSechSquare(x);
    return { value: correlationsOf(factorOf(x, logKept)), logDet: matrixLogDet(logKept) };
  },
  inverse: (r) => {
    const x = partialsOf(cholesky(r));
    return { value: x, logDet: matrixLogDet(logSechSquare(x)).neg() };
  },
  domain: triangleDomain("correlation", -1, 2),
};
