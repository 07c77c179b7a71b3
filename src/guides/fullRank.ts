import * as tf from "#tfjs";
import { checkOptions } from "../core/check.ts";
import type { Gaussian, GuideSpec } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { initialLogScale } from "../flows/guide.ts";
import { pushforward } from "../flows/pushforward.ts";
import { triangularSolve } from "../ops/linalg.ts";
import { normal } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { gaussianRate, normalEntropy } from "./gaussian.ts";

/** loc, logDiagonal [size]; below [size, size], of which the strict lower triangle counts: L = diag(exp logDiagonal) (I + below / √size). */
export interface FullRankParameters {
  readonly loc: Tensor;
  readonly logDiagonal: Tensor;
  readonly below: Tensor;
}

const strictlyLower = (size: number): Tensor =>
  fromHost(
    range(size * size).map((k) => (k % size < Math.floor(k / size) ? 1 : 0)),
    [size, size],
  );

/** A normal with any covariance, L Lᵀ, on the unconstrained scale. Kucukelbir et al. 2017, section 2.4. */
export const fullRank = (options: Record<never, never> = {}): GuideSpec<Gaussian, FullRankParameters> => {
  checkOptions("full-rank", options, []);
  return {
    name: "full-rank",
    options: {},
    rate: gaussianRate,
    for: ({ size }) => ({
      init: (key) => ({
        loc: normal(key, [size]).mul(0.1),
        logDiagonal: tf.fill([size], initialLogScale),
        below: tf.zeros([size, size]),
      }),
      at: ({ loc, logDiagonal, below }) => {
        // Rows are scaled by their diagonal so that one rate suits all scales, and what lies below it by √size so that it suits all sizes:
        // a step of noise moves a row no further in 100 dimensions than in 1.
        const factor = (): Tensor =>
          below.mul(strictlyLower(size)).div(Math.sqrt(size)).add(tf.eye(size)).mul(logDiagonal.exp().expandDims(1));
        return {
          ...pushforward(size, (noise) => ({
            value: tf
              .matMul(noise.reshape([-1, size]), factor(), false, true)
              .reshape(noise.shape)
              .add(loc),
            logDet: logDiagonal.sum().broadcastTo(noise.shape.slice(0, -1)),
          })),
          logProb: (z) => {
            const columns = z.sub(loc).reshape([-1, size]).transpose();
            const noise = triangularSolve(factor(), columns).transpose().reshape(z.shape);
            return standardLogProb(noise).sub(logDiagonal.sum());
          },
          moments: () => ({ loc, variances: factor().square().sum(1) }),
          entropy: () => normalEntropy(size, logDiagonal.sum()),
        };
      },
    }),
  };
};
