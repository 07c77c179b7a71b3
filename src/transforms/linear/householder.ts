import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { triangularSolve } from "../../ops/linalg.ts";
import { transposed } from "../../ops/transposed.ts";
import { belowDiagonal } from "../triangle.ts";
import type { Linear } from "./linear.ts";
import { times } from "./vectors.ts";

/** vectors [count, n], of any length but 0; or, each row its own, [...batch, count, n]. */
export interface HouseholderParameters {
  readonly vectors: Tensor;
}

/** Squared lengths below this are taken for it; a vector of 0 reflects nothing. */
const least = 1e-30;

/** Q = I − Vᵀ W. */
interface Reflections {
  /** The unit vectors, [..., count, n]. */
  readonly v: Tensor;
  /** S⁻¹ V, of V's shape. */
  readonly w: Tensor;
}

/**
 * The product H₁ H₂ … of the reflections H = I − 2 v vᵀ/‖v‖² as I − Vᵀ S⁻¹ V, S upper triangular with V Vᵀ above its diagonal and half of
 * it on it: a solution of count² n/2 products instead of one reflection after another. Joffrain, Low, Quintana-Ortí, van de Geijn & Van
 * Zee 2006, "Accumulating Householder transformations, revisited".
 */
const reflectionsOf = ({ vectors }: HouseholderParameters): Reflections => {
  const v = vectors.mul(vectors.square().sum(-1, true).maximum(least).rsqrt());
  const count = v.shape[v.rank - 2];
  const above = tf.matMul(v, v, false, true).mul(transposed(belowDiagonal(count)));
  return { v, w: triangularSolve(above.add(tf.eye(count).mul(0.5)), v, { lower: false }) };
};

/** H₁ H₂ … x: orthogonal to rounding whatever the vectors; 2 count · n products either way; log |det| is 0. Householder 1958. */
export const householderLinear = (parameters: HouseholderParameters): Linear => {
  const { v, w } = reflectionsOf(parameters);
  return {
    apply: (x) => x.sub(times(v, times(w, x), true)),
    solve: (y) => y.sub(times(w, times(v, y), true)),
    logDet: tf.scalar(0),
  };
};
