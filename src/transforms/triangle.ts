/** Lower triangles of square matrices as vectors, row by row, and sets of matrices. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import { fromHost, type Shape, type Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf } from "../ops/linalg.ts";
import { transposed } from "../ops/transposed.ts";
import { everyLast } from "./support.ts";

/** How far from a set, as a share of a matrix's elements, rounding in single precision may leave a matrix. */
export const slack = 1e-5;

/** The entries on or below a diagonal of an n × n matrix, row by row: those with column ≤ row + `diagonal`. */
export const entries = (n: number, diagonal: 0 | -1): readonly (readonly [row: number, column: number])[] =>
  range(n).flatMap((row) => range(row + 1 + diagonal).map((column): [number, number] => [row, column]));

/** n, from the count of entries. */
export const orderOf = (count: number, diagonal: 0 | -1): number =>
  Math.round((Math.sqrt(8 * count + 1) - 1) / 2) - diagonal;

/** A number for each entry. */
export const weights = (n: number, diagonal: 0 | -1, weight: (row: number, column: number) => number): Tensor => {
  const all = entries(n, diagonal).map(([row, column]) => weight(row, column));
  return fromHost(all, [all.length]);
};

const gatherLast = (x: Tensor, at: readonly number[]): Tensor => x.gather(tf.tensor1d([...at], "int32"), x.rank - 1);

/**
 * A matrix made from a vector: [..., m] → [..., n, n]; entry [row, column] is element `source(row, column)` of the vector, and 0 where
 * that is undefined.
 */
export const placed = (x: Tensor, n: number, source: (row: number, column: number) => number | undefined): Tensor => {
  const lead = x.shape.slice(0, -1);
  const padded = tf.pad(x, [...lead.map((): [number, number] => [0, 0]), [1, 0]]);
  const at = range(n * n).map((i) => (source(Math.floor(i / n), i % n) ?? -1) + 1);
  return gatherLast(padded, at).reshape([...lead, n, n]);
};

/** 1 below the diagonal, else 0: [n, n]. */
export const belowDiagonal = (n: number): Tensor =>
  fromHost(
    range(n * n).map((i) => Number(i % n < Math.floor(i / n))),
    [n, n],
  );

/** Where an entry of the lower triangle stands in its vector; undefined above. */
export const placeIn =
  (diagonal: 0 | -1) =>
  (row: number, column: number): number | undefined =>
    column <= row + diagonal ? ((row + diagonal) * (row + diagonal + 1)) / 2 + column : undefined;

/** Entries of the lower triangle as a vector: [..., n, n] → [..., m]. */
export const lowerOf = (a: Tensor, diagonal: 0 | -1): Tensor => {
  const n = a.shape[a.rank - 1];
  const at = entries(n, diagonal).map(([row, column]) => row * n + column);
  return gatherLast(a.reshape([...a.shape.slice(0, -2), n * n]), at);
};

/** The free shape of a support of n × n matrices, n ≥ `least`. */
export const triangleDomain =
  (who: string, diagonal: 0 | -1, least: number) =>
  (shape: Shape): Shape => {
    const [n, columns] = shape.slice(-2);
    if (shape.length < 2 || n !== columns || n < least)
      fail(`${who}: expected a square matrix of at least ${least} rows, got shape ${showShape(shape)}`);
    return [...shape.slice(0, -2), entries(n, diagonal).length];
  };

/** L Lᵀ of rows of length 1, with ones on the diagonal: rounding would leave noise there. */
export const correlationsOf = (l: Tensor): Tensor => {
  const own = tf.eye(l.shape[l.rank - 1]);
  return tf.matMul(l, l, false, true).mul(tf.sub(1, own)).add(own);
};

export const everyEntry = (mask: Tensor): Tensor => everyLast(everyLast(mask));

export const isSymmetric = (a: Tensor): Tensor => everyEntry(a.sub(transposed(a)).abs().lessEqual(a.abs().mul(slack)));

/** Lower triangular, finite, and not negative on the diagonal. */
export const isFactor = (l: Tensor): Tensor => {
  const above = transposed(belowDiagonal(l.shape[l.rank - 1]));
  const entriesFit = tf.logicalAnd(tf.isFinite(l), tf.logicalOr(above.equal(0), l.equal(0)));
  return tf.logicalAnd(everyEntry(entriesFit), everyLast(diagonalOf(l).greaterEqual(0)));
};

/** Symmetric, and positive definite but for rounding: where correlations are 1 to the last digit too. */
export const isSemidefinite = (a: Tensor): Tensor => {
  const n = a.shape[a.rank - 1];
  const lifted = a.mul(tf.eye(n).mul(slack).add(1));
  return tf.logicalAnd(isSymmetric(a), everyLast(tf.isFinite(diagonalOf(cholesky(lifted)))));
};
