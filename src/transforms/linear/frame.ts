import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { cholesky, triangularSolve } from "../../ops/linalg.ts";
import { householderLinear } from "./householder.ts";
import { times } from "./vectors.ts";

/** `rank` orthonormal directions among n: the columns of Q [n, rank], QᵀQ = I. */
export interface Frame {
  /** Qᵀ x, [..., n] → [..., rank]. */
  into(x: Tensor): Tensor;
  /** Q v, [..., rank] → [..., n]. */
  outOf(v: Tensor): Tensor;
}

/** D → L⁻¹ D, D Dᵀ = L Lᵀ: the same span, its rows orthonormal but for rounding times the square of D's condition. */
const straightened = (rows: Tensor): Tensor => triangularSolve(cholesky(tf.matMul(rows, rows, false, true)), rows);

/**
 * Orthonormal rows [..., rank, n] with the span of `rows`, by Cholesky factors twice: orthonormal to rounding as long as the rows' condition
 * stays below 10⁷ in double, 10³ in single precision; NaN where they are dependent. Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015.
 */
export const orthonormalised = (rows: Tensor): Tensor => straightened(straightened(rows));

/** The frame of the span of the rows of `directions` [rank, n]; or, each row of a batch its own, [...batch, rank, n]. */
export const spanFrame = (directions: Tensor): Frame => {
  const q = orthonormalised(directions);
  return { into: (x) => times(q, x), outOf: (v) => times(q, v, true) };
};

/** The first `rank` columns of a product of reflections, vectors [count, n]; or, each row its own, [...batch, count, n]. */
export const reflectedFrame = (vectors: Tensor, rank: number): Frame => {
  const { apply, solve } = householderLinear({ vectors });
  const rest = vectors.shape[vectors.rank - 1] - rank;
  return {
    into: (x) => {
      const all = solve(x);
      return rest === 0
        ? all
        : all.slice(
            range(all.rank).map(() => 0),
            [...all.shape.slice(0, -1), rank],
          );
    },
    outOf: (v) =>
      apply(
        rest === 0
          ? v
          : tf.pad(
              v,
              range(v.rank).map((axis) => [0, axis === v.rank - 1 ? rest : 0]),
            ),
      ),
  };
};

/** All coordinates as they stand, or backwards. */
export const coordinateFrame = (backwards: boolean): Frame => {
  const turned = (x: Tensor): Tensor => (backwards ? x.reverse(-1) : x);
  return { into: turned, outOf: turned };
};
