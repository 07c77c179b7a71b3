/** Gaussian elimination of general square matrices, batched; host code in double whatever the tensors hold. */
import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { defineOp } from "./define.ts";
import { diagonalOf, triangularSolve } from "./linalg.ts";

type Values = ArrayLike<number>;

/** n rows of a matrix at `start`, each with its number behind it. */
const numbered = (a: Values, start: number, n: number): Float64Array =>
  Float64Array.from(range(n).flatMap((i) => [...range(n).map((j) => a[start + i * n + j]), i]));

const exchange = (x: Float64Array, from: number, to: number, width: number): void => {
  const row = x.slice(from, from + width);
  x.copyWithin(from, to, to + width);
  x.set(row, to);
};

const largest = (x: Float64Array, k: number, n: number): number => {
  let best = k;
  for (let i = k + 1; i < n; i++) if (Math.abs(x[i * (n + 1) + k]) > Math.abs(x[best * (n + 1) + k])) best = i;
  return best;
};

/** In place; a column of zeros is left as it is. Golub & Van Loan 2013, algorithm 3.4.1. */
const eliminate = (x: Float64Array, n: number): Float64Array => {
  const width = n + 1;
  for (let k = 0; k < n; k++) {
    const best = largest(x, k, n);
    if (best !== k) exchange(x, k * width, best * width, width);
    const pivot = x[k * width + k];
    if (pivot === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const weight = x[i * width + k] / pivot;
      x[i * width + k] = weight;
      for (let j = k + 1; j < n; j++) x[i * width + j] -= weight * x[k * width + j];
    }
  }
  return x;
};

const applyLu = defineOp<Record<string, never>>({
  name: "Lu",
  run: ([a]) => {
    const n = a.shape[a.shape.length - 1];
    return {
      shape: [...a.shape.slice(0, -1), n + 1],
      dtype: "float32",
      fill: (out) => {
        for (let i = 0; i * n * n < a.values.length; i++)
          out.set(eliminate(numbered(a.values, i * n * n, n), n), i * n * (n + 1));
      },
    };
  },
  gradient: () => [null],
});

/**
 * P a = L U by partial pivoting: [..., n, n] → [..., n, n + 1], U from the diagonal on, L below it with ones left out, and behind each
 * row the number of the row of a it came from. It has no gradient: what is made of it does.
 */
export const luFactors = (a: Tensor): Tensor => applyLu([a], {});

const split = (factors: Tensor): readonly [both: Tensor, order: Tensor] => {
  const n = factors.shape[factors.rank - 2];
  const [both, order] = tf.split(factors, [n, 1], -1);
  return [both, order.squeeze([-1]).cast("int32")];
};

const belowDiagonal = (n: number): Tensor => tf.tensor2d(range(n).map((i) => range(n).map((j) => Number(j < i))));

/** a⁻¹ b for a [..., n, n], b [..., n, k] of the same leading axes. */
export const solveByLu = (a: Tensor, b: Tensor): Tensor => {
  const n = a.shape[a.rank - 1];
  const [both, order] = split(luFactors(a));
  const sorted = tf.gather(b, order as tf.Tensor1D, b.rank - 2, b.rank - 2);
  const unit = both.mul(belowDiagonal(n)).add(tf.eye(n));
  return triangularSolve(both, triangularSolve(unit, sorted), { lower: false });
};

/** log |det a|, [..., n, n] → [...]. */
export const logDetByLu = (a: Tensor): Tensor =>
  diagonalOf(split(luFactors(a))[0])
    .abs()
    .log()
    .sum(-1);
