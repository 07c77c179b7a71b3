import * as tf from "#tfjs";
import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Gaussian, GuideSpec } from "../core/density.ts";
import type { Tensor } from "../core/tensor.ts";
import { initialLogScale } from "../flows/guide.ts";
import { cholesky, triangularSolve } from "../ops/linalg.ts";
import { normal, split } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { gaussianRate, normalEntropy } from "./gaussian.ts";

/** loc, logScale [size]; factor [size, rank]. */
export interface LowRankParameters {
  readonly loc: Tensor;
  readonly logScale: Tensor;
  readonly factor: Tensor;
}

/**
 * A normal with covariance D (I + W Wᵀ) D, D = diag(exp(logScale)), W [size, rank], on the unconstrained scale; its density goes
 * through the rank × rank matrix I + WᵀW (Woodbury; the matrix determinant lemma). Ong, Nott & Smith 2018.
 */
export const lowRank = (options: { readonly rank?: number } = {}): GuideSpec<Gaussian, LowRankParameters> => {
  checkOptions("low-rank", options, ["rank"]);
  const rank = options.rank ?? 2;
  checkCount("low-rank: rank", rank);
  return {
    name: "low-rank",
    options: { rank },
    rate: gaussianRate,
    for: ({ size }) => {
      if (rank > size)
        fail(`low-rank: rank ${rank} is larger than the model's ${size} unconstrained parameters; use full-rank`);
      return {
        init: (key) => {
          const [forLoc, forFactor] = split(key, 2);
          return {
            loc: normal(forLoc, [size]).mul(0.1),
            logScale: tf.fill([size], initialLogScale),
            factor: normal(forFactor, [size, rank]).mul(0.1 / Math.sqrt(rank)),
          };
        },
        at: (parameters) => lowRankNormal(parameters, size, rank),
      };
    },
  };
};

const lowRankNormal = ({ loc, logScale, factor }: LowRankParameters, size: number, rank: number): Gaussian => {
  const innerFactor = (): Tensor => cholesky(tf.matMul(factor, factor, true).add(tf.eye(rank)));
  const logDetOf = (inner: Tensor): Tensor => logScale.sum().add(inner.mul(tf.eye(rank)).sum(-1).log().sum());
  const logProb = (z: Tensor): Tensor => {
    const e = z.sub(loc).div(logScale.exp()).reshape([-1, size]);
    const inner = innerFactor();
    const along = triangularSolve(inner, tf.matMul(factor, e, true, true));
    return standardLogProb(e).add(along.square().sum(0).mul(0.5)).sub(logDetOf(inner)).reshape(z.shape.slice(0, -1));
  };
  return {
    draw: (key, batch = []) => {
      const [forEach, forFactor] = split(key, 2);
      const common = normal(forFactor, [...batch, rank]).reshape([-1, rank]);
      const moved = tf.matMul(common, factor, false, true).reshape([...batch, size]);
      const value = normal(forEach, [...batch, size])
        .add(moved)
        .mul(logScale.exp())
        .add(loc);
      return { value, logQ: logProb(value) };
    },
    logProb,
    moments: () => ({ loc, variances: factor.square().sum(1).add(1).mul(logScale.mul(2).exp()) }),
    entropy: () => normalEntropy(size, logDetOf(innerFactor())),
  };
};
