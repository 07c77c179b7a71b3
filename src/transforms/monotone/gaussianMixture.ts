import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { logSumExpOf } from "../../ops/logMix.ts";
import { logDensityBeside, normalQuantileOfLog } from "../../ops/normalTail.ts";
import { increasingRoot } from "../../ops/root.ts";
import { inverseMills, normalCdf, normalLogCdf } from "../../ops/special.ts";
import type { Mapped } from "../transform.ts";
import { bounded, unbounded } from "./bounded.ts";
import type { Monotone } from "./monotone.ts";

/** Where the components' means begin: at quantiles of a normal distribution of variance ½, with scales that make up for it. */
const startOf = (components: number): number[] => {
  const spread = range(components).map((k) => (components === 1 ? 0 : (2 * k) / (components - 1) - 1));
  const variance = spread.reduce((sum, m) => sum + m * m, 0) / components;
  const logScale = 0.5 * Math.log(variance > 0 ? 0.5 : 1);
  return [
    ...spread.map(() => 0),
    ...spread.map((m) => (variance > 0 ? m * Math.sqrt(0.5 / variance) : 0)),
    ...spread.map(() => unbounded(logScale)),
  ];
};

interface Mixture {
  readonly logWeights: readonly Tensor[];
  readonly means: readonly Tensor[];
  readonly logScales: readonly Tensor[];
}

const standardised = (x: Tensor, { means, logScales }: Mixture): Tensor[] =>
  means.map((mean, k) => x.sub(mean).mul(logScales[k].neg().exp()));

/** Log of the share of the mixture below x, where `side` is 1, above it, where it is −1; and log of the slope of that log, but for its sign. */
const inTail = (x: Tensor, side: Tensor, mixture: Mixture): Mapped => {
  const at = standardised(x, mixture).map((z) => z.mul(side));
  const shares = at.map((z) => normalLogCdf(z));
  const value = logSumExpOf(shares.map((share, k) => share.add(mixture.logWeights[k])));
  const densities = at.map((z, k) =>
    logDensityBeside(z, shares[k]).add(mixture.logWeights[k]).sub(mixture.logScales[k]),
  );
  return { value, logDet: logSumExpOf(densities).sub(value) };
};

/** 1 where less than half of the mixture lies below x, −1 elsewhere: about, since either side serves in the middle. */
const sideOf = (x: Tensor, mixture: Mixture): Tensor => {
  const below = standardised(x, mixture).map((z, k) => normalCdf(z).mul(mixture.logWeights[k].exp()));
  return signOf(below.reduce((a, b) => a.add(b)).less(0.5));
};

const signOf = (low: Tensor): Tensor => tf.where(low, 1, tf.fill(low.shape, -1));

/**
 * The map under which a mixture of normal distributions becomes a standard one: Φ⁻¹(Σ w_k Φ((x − m_k)/s_k)), weights by softmax, log-scales
 * bounded softly to ±4. Its inverse is a root. What an autoregressive layer makes a mixture-of-Gaussians MADE of; Papamakarios, Pavlakou
 * & Murray 2017.
 */
export const gaussianMixture = (components: number): Monotone => ({
  name: `mixture of ${components} normals`,
  start: startOf(components),
  at: (numbers) => {
    const part = (i: number): readonly Tensor[] => numbers.slice(i * components, (i + 1) * components);
    const [logits, means] = [part(0), part(1)];
    const total = logSumExpOf(logits);
    const logWeights = logits.map((logit) => logit.sub(total));
    const logScales = part(2).map(bounded);
    const mixture = { logWeights, means, logScales };
    // Each way in the tail where x and y lie, so that nothing cancels: φ(y) = Φ(y) · mills(y), and Φ(y) is the share.
    return {
      rank: 0,
      forward: (x) => {
        const side = sideOf(x, mixture);
        const share = inTail(x, side, mixture);
        const y = normalQuantileOfLog(share.value);
        return { value: y.mul(side), logDet: share.logDet.sub(inverseMills(y).log()) };
      },
      inverse: (y) => {
        const side = signOf(y.less(0));
        const inward = y.mul(side);
        const shareAt = (x: Tensor): Mapped => {
          const { value, logDet } = inTail(x, side, mixture);
          return { value: value.mul(side), logDet };
        };
        const value = increasingRoot(shareAt, normalLogCdf(inward).mul(side), { near: y });
        return { value, logDet: inverseMills(inward).log().sub(shareAt(value).logDet) };
      },
      domain: (shape) => shape,
    };
  },
});
