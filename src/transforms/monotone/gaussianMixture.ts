import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { logSumExpOf } from "../../ops/logMix.ts";
import { logOfMills, normalQuantileOfLog } from "../../ops/normalTail.ts";
import { normalLogCdf } from "../../ops/special.ts";
import { byRoot } from "../byRoot.ts";
import type { Mapped } from "../transform.ts";
import type { Monotone } from "./monotone.ts";

/** Bounds log-scales softly to ±limit. */
const limit = 4;

/** Where the components' means begin: at quantiles of a normal distribution of variance ½, with scales that make up for it. */
const startOf = (components: number): number[] => {
  const spread = range(components).map((k) => (components === 1 ? 0 : (2 * k) / (components - 1) - 1));
  const variance = spread.reduce((sum, m) => sum + m * m, 0) / components;
  const logScale = 0.5 * Math.log(variance > 0 ? 0.5 : 1);
  return [
    ...spread.map(() => 0),
    ...spread.map((m) => (variance > 0 ? m * Math.sqrt(0.5 / variance) : 0)),
    ...spread.map(() => limit * Math.atanh(logScale / limit)),
  ];
};

/** Φ⁻¹ Σ w Φ((x − m)/s) and the log of its slope, formed in whichever tail x lies, where nothing cancels. */
const throughMixture = (
  x: Tensor,
  logWeights: readonly Tensor[],
  means: readonly Tensor[],
  logScales: readonly Tensor[],
): Mapped => {
  const at = means.map((mean, k) => x.sub(mean).mul(logScales[k].neg().exp()));
  const sum = (sign: number): Tensor => logSumExpOf(at.map((z, k) => normalLogCdf(z.mul(sign)).add(logWeights[k])));
  const [below, above] = [sum(1), sum(-1)];
  const lower = below.less(above);
  const side = tf.where(lower, 1, tf.fill(x.shape, -1));
  const logShare = tf.where(lower, below, above);
  const y = normalQuantileOfLog(logShare);
  // φ(z) = Φ(z) · mills(z), of the components and of y alike: the log of the slope without the squares of x and y.
  const slopes = at.map((z, k) => {
    const own = z.mul(side);
    return normalLogCdf(own).add(logOfMills(own)).add(logWeights[k]).sub(logScales[k]);
  });
  return { value: y.mul(side), logDet: logSumExpOf(slopes).sub(logShare).sub(logOfMills(y)) };
};

/**
 * The map under which a mixture of normal distributions becomes a standard one: Φ⁻¹(Σ w_k Φ((x − m_k)/s_k)), weights by softmax, log-scales
 * bounded softly to ±4. Its inverse is a root. What an autoregressive layer makes a mixture-of-Gaussians MADE of; Papamakarios, Pavlakou
 * & Murray 2017, section 4.
 */
export const gaussianMixture = (components: number): Monotone => ({
  name: `mixture of ${components} normals`,
  start: startOf(components),
  at: (numbers) => {
    const part = (i: number): readonly Tensor[] => numbers.slice(i * components, (i + 1) * components);
    const [logits, means] = [part(0), part(1)];
    const total = logSumExpOf(logits);
    const logWeights = logits.map((logit) => logit.sub(total));
    const logScales = part(2).map((scale) => scale.div(limit).tanh().mul(limit));
    return byRoot((x) => throughMixture(x, logWeights, means, logScales));
  },
});
