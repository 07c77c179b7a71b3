/** A mixture of two normals on the line with weights and locations to be learned, as mixtures of guides draw. */
import * as tf from "#tfjs";
import type { Density } from "../../src/core/density.ts";
import { fromHost, type Tensor } from "../../src/core/tensor.ts";
import { logNormalised, logSumExp } from "../../src/ops/logMix.ts";
import { normal, split, uniform } from "../../src/ops/random.ts";

/** logits, loc, logScale [2]. */
interface Parameters {
  readonly logits: Tensor;
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

const two = (k: number): Tensor => fromHost(k === 0 ? [1, 0] : [0, 1], [2]);

export const mixed = {
  at: ({ logits, loc, logScale }: Parameters): Density => {
    const logWeights = logNormalised(logits);
    const component = (k: number, noise: Tensor): Tensor =>
      noise.mul(logScale.mul(two(k)).sum().exp()).add(loc.mul(two(k)).sum());
    const logProb = (z: Tensor): Tensor => {
      const logs = z.sub(loc).div(logScale.exp()).square().mul(-0.5).sub(logScale);
      return logSumExp(logs.add(logWeights)).sub(0.5 * Math.log(2 * Math.PI));
    };
    return {
      draw: (key, batch = []) => {
        const [choice, noise] = split(key, 2);
        const first = uniform(choice, batch)
          .less(logWeights.slice([0], [1]).exp())
          .expandDims(-1);
        const e = normal(noise, [...batch, 1]);
        const value = tf.where(first, component(0, e), component(1, e));
        return { value, logQ: logProb(value) };
      },
      stratified: (key, draws) => {
        const each = draws / 2;
        const keys = split(key, 2);
        const value = tf.concat([0, 1].map((k) => component(k, normal(keys[k], [each, 1]))));
        const share = (k: number): Tensor => logWeights.slice([k], [1]).sub(Math.log(each)).broadcastTo([each]);
        return { value, logQ: logProb(value), logShare: tf.concat([share(0), share(1)]) };
      },
      logProb,
    };
  },
};

export const mixedAt = { logits: [0.3, -0.4], loc: [-0.5, 1.2], logScale: [-0.2, -0.6] };

const asParts = (x: readonly number[]) => {
  const weight = 1 / (1 + Math.exp(x[1] - x[0]));
  return { weights: [weight, 1 - weight], loc: x.slice(2, 4), scale: x.slice(4).map(Math.exp) };
};

/** log q(z) of plain numbers: logits, locations and log-scales in one list. */
export const mixedLogQ = (x: readonly number[], z: number): number => {
  const { weights, loc, scale } = asParts(x);
  const terms = [0, 1].map((k) => (weights[k] / scale[k]) * Math.exp(-0.5 * ((z - loc[k]) / scale[k]) ** 2));
  return Math.log((terms[0] + terms[1]) / Math.sqrt(2 * Math.PI));
};

/** The weights, and the draw that a noise gives in each component. */
export const mixedDraws = (
  x: readonly number[],
): { readonly weights: readonly number[]; readonly draw: (k: number, e: number) => number } => {
  const { weights, loc, scale } = asParts(x);
  return { weights, draw: (k, e) => loc[k] + scale[k] * e };
};
