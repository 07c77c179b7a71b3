import * as tf from "#tfjs";
import type { Gaussian } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { pushforward } from "../flows/pushforward.ts";
import { cholesky, triangularSolve } from "../ops/linalg.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { normalEntropy } from "./gaussian.ts";

/** loc, logScale [size]; basis [size, rank]; inner [rank, rank], of which the lower triangle counts. */
export interface SpikedParameters {
  readonly loc: Tensor;
  readonly logScale: Tensor;
  readonly basis: Tensor;
  readonly inner: Tensor;
}

const lowerTriangle = (size: number): Tensor =>
  fromHost(
    range(size * size).map((k) => (k % size <= Math.floor(k / size) ? 1 : 0)),
    [size, size],
  );

/**
 * The normal of loc + D (u + Q (L − I) Qᵀ u), u standard normal: its covariance is D (I + Q (L Lᵀ − I) Qᵀ) D, wider or narrower than the
 * diagonal D² in the few directions Q. D = diag(exp(logScale)), L lower triangular, Q the basis made orthonormal.
 */
export const spikedNormal = (size: number, { loc, logScale, basis, inner }: SpikedParameters): Gaussian => {
  const rank = basis.shape[1] as number;
  const lower = (): Tensor => inner.mul(lowerTriangle(rank));
  /** Q = A C⁻ᵀ, C Cᵀ = AᵀA: the basis itself where it is orthonormal. */
  const orthonormal = (): Tensor =>
    triangularSolve(cholesky(tf.matMul(basis, basis, true)), basis.transpose()).transpose();
  const logDet = (): Tensor => logScale.sum().add(inner.mul(tf.eye(rank)).sum(1).abs().log().sum());
  const forward = (noise: Tensor): Tensor => {
    const [u, q] = [noise.reshape([-1, size]), orthonormal()];
    const along = tf.matMul(u, q);
    const bent = tf.matMul(along, lower(), false, true).sub(along);
    return u
      .add(tf.matMul(bent, q, false, true))
      .mul(logScale.exp())
      .add(loc)
      .reshape(noise.shape);
  };
  const inverse = (z: Tensor): Tensor => {
    const [e, q] = [z.sub(loc).div(logScale.exp()).reshape([-1, size]), orthonormal()];
    const along = tf.matMul(e, q);
    const straight = triangularSolve(inner, along.transpose()).transpose().sub(along);
    return e.add(tf.matMul(straight, q, false, true)).reshape(z.shape);
  };
  const variances = (): Tensor => {
    const q = orthonormal();
    const bent = tf.matMul(q, lower().sub(tf.eye(rank)));
    return bent.mul(q).sum(1).mul(2).add(bent.square().sum(1)).add(1).mul(logScale.mul(2).exp());
  };
  return {
    ...pushforward(size, (noise) => ({
      value: forward(noise),
      logDet: logDet().broadcastTo(noise.shape.slice(0, -1)),
    })),
    logProb: (z) => standardLogProb(inverse(z)).sub(logDet()),
    moments: () => ({ loc, variances: variances() }),
    entropy: () => normalEntropy(size, logDet()),
  };
};
