import type { Scalar, Tensor } from "../core/tensor.ts";

/** Few parameters with one meaning each take large steps: locations may lie far from 0. */
export const gaussianRate = 0.1;

/** The entropy of a normal in `size` dimensions whose covariance has the determinant exp(2 logDet). */
export const normalEntropy = (size: number, logDet: Tensor): Scalar =>
  logDet.add((size / 2) * (1 + Math.log(2 * Math.PI))) as Scalar;
