import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf } from "../ops/linalg.ts";
import { everyLast } from "../transforms/support.ts";
import { isSymmetric } from "../transforms/triangle.ts";
import { type ParameterSet, spreadShapes } from "./parameters.ts";

/** Whether a Cholesky factor was found, and holds numbers: bool [...]. */
export const isDefinite = (factor: Tensor): Tensor => everyLast(tf.isFinite(diagonalOf(factor)));

/** Symmetric positive definite matrices as parameters. */
export const positiveDefinite: ParameterSet = {
  name: "symmetric and positive definite",
  rank: 2,
  contains: (a) => tf.logicalAnd(isSymmetric(a), isDefinite(cholesky(a))),
};

/** The matrices where `inside` is true, elsewhere the identity. */
export const orIdentity = (inside: Tensor, x: Tensor): Tensor =>
  tf.where(inside.expandDims(-1).expandDims(-1), x, tf.eye(x.shape[x.rank - 1]));

/**
 * The shape [..., n, n] of one draw.
 * @param lead shapes of the parameters that broadcast over the axes before the matrix.
 * @throws FluvialError where `shape` does not fit.
 */
export const matrixShape = (who: string, shape: Shape, n: number, lead: readonly Shape[]): Shape => {
  const square = [n, n];
  const own = lead.map((each) => [...each, 1, 1]);
  const full = spreadShapes(who, shape, [square, ...own]);
  if (full[full.length - 1] !== n || full[full.length - 2] !== n)
    fail(`${who}: shape must end in ${showShape(square)}, got ${showShape(shape)}`);
  return full;
};
