import * as tf from "#tfjs";
import type { Gaussian } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { pushforward } from "../flows/pushforward.ts";
import { triangularSolve } from "../ops/linalg.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Bijection } from "../transforms/transform.ts";
import { normalEntropy } from "./gaussian.ts";

/** loc [size]; factor [size, size], of which the lower triangle counts: the covariance is L Lᵀ. */
export interface FactorParameters {
  readonly loc: Tensor;
  readonly factor: Tensor;
}

const lowerTriangle = (size: number): Tensor =>
  fromHost(
    range(size * size).map((k) => (k % size <= Math.floor(k / size) ? 1 : 0)),
    [size, size],
  );

/** loc + L x, and back. x [...batch, size]. */
export const factorMap = (
  size: number,
  { loc, factor }: FactorParameters,
): Pick<Bijection, "forward" | "inverse"> & { readonly logDet: () => Tensor } => {
  const lower = (): Tensor => factor.mul(lowerTriangle(size));
  const logDet = (): Tensor => factor.mul(tf.eye(size)).sum(1).abs().log().sum();
  const each = (x: Tensor): Tensor => logDet().broadcastTo(x.shape.slice(0, -1));
  return {
    logDet,
    forward: (x) => ({
      value: tf
        .matMul(x.reshape([-1, size]), lower(), false, true)
        .reshape(x.shape)
        .add(loc),
      logDet: each(x),
    }),
    inverse: (z) => ({
      value: triangularSolve(factor, z.sub(loc).reshape([-1, size]).transpose())
        .transpose()
        .reshape(z.shape),
      logDet: each(z).neg(),
    }),
  };
};

/** The normal with a given mean and a given factor of its covariance. */
export const factorNormal = (size: number, parameters: FactorParameters): Gaussian => {
  const { forward, inverse, logDet } = factorMap(size, parameters);
  const { loc, factor } = parameters;
  return {
    ...pushforward(size, forward),
    logProb: (z) => standardLogProb(inverse(z).value).sub(logDet()),
    moments: () => ({ loc, variances: factor.mul(lowerTriangle(size)).square().sum(1) }),
    entropy: () => normalEntropy(size, logDet()),
  };
};
