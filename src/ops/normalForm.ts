/** The quadratic form and log-determinant of a normal density, by one Cholesky factor. */
import * as tf from "#tfjs";
import type { Shape, Tensor } from "../core/tensor.ts";
import { cholesky, diagonalOf, triangularSolve, whiten } from "./linalg.ts";
import { sumTo } from "./sumTo.ts";
import { withGradient } from "./withGradient.ts";

interface Form {
  /** [..., n]. */
  readonly residual: Tensor;
  /** [..., n, n]. */
  readonly covariance: Tensor;
}

const value = ({ residual, covariance }: Form): Tensor => {
  const factor = cholesky(covariance);
  const logDet = diagonalOf(factor).log().sum(-1);
  return whiten(factor, residual).square().sum(-1).mul(-0.5).sub(logDet);
};

const identityLike = ({ shape, rank }: Tensor): Tensor => tf.eye(shape[rank - 1] as number).broadcastTo([...shape]);

/** Σ g α αᵀ over the vectors that share a matrix of this shape. */
const outerProducts = (scaled: Tensor, alpha: Tensor, shape: Shape): Tensor => {
  const n = shape[shape.length - 1];
  if (shape.length === 2) return tf.matMul(scaled.reshape([-1, n]), alpha.reshape([-1, n]), true, false);
  return sumTo(scaled.expandDims(-1).mul(alpha.expandDims(-2)), shape);
};

/** With α = K⁻¹ d: −α in d, and ½ (α αᵀ − K⁻¹) in K, summed over what shares it. Rasmussen & Williams 2006, eq. 5.9. */
const slopes = (gradient: Tensor, { residual, covariance }: Form): Form => {
  const factor = cholesky(covariance);
  const inverse = triangularSolve(factor, identityLike(factor));
  const alpha = inverse.mul(whiten(factor, residual).expandDims(-1)).sum(-2);
  const scaled = alpha.mul(gradient.expandDims(-1));
  const count = sumTo(gradient.reshape([...gradient.shape, 1, 1]), [...covariance.shape.slice(0, -2), 1, 1]);
  const inverses = tf.matMul(inverse, inverse, true, false).mul(count);
  return {
    residual: sumTo(scaled.neg(), residual.shape),
    covariance: outerProducts(scaled, alpha, covariance.shape).sub(inverses).mul(0.5),
  };
};

const form: (given: Form) => Tensor = withGradient(value, slopes);

/**
 * −½ dᵀ K⁻¹ d − ½ log |K|: the log density of a normal vector, but for the constant. d [..., n], K [..., n, n] → [...]; the leading axes
 * broadcast. Only the lower triangle of K is read, and its gradient is symmetric; NaN where it is not positive definite. The gradient takes
 * one inverse of the factor in place of the derivative of a Cholesky factor.
 */
export const normalForm = (residual: Tensor, covariance: Tensor): Tensor => form({ residual, covariance });
