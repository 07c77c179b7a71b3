import { type Family, type Guide, type Sampler, softplus, type Tensor } from "fluvial";
import * as tf from "#tfjs";
import { range } from "../src/core/shape.ts";
import { fromHost } from "../src/core/tensor.ts";
import { chainForward } from "../src/flows/chain.ts";
import { normal, split } from "../src/ops/random.ts";
import type { Transform } from "../src/transforms/transform.ts";

interface Masked {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

/** The masks of one hidden layer: [size, hidden], and [hidden, 2 size] for shifts and gates. */
const masks = (size: number, hidden: number): readonly [Tensor, Tensor] => {
  const degree = (unit: number): number => (unit % (size - 1)) + 1;
  const first = range(size).flatMap((i) => range(hidden).map((k) => (degree(k) >= i + 1 ? 1 : 0)));
  const second = range(hidden).flatMap((k) => range(2 * size).map((j) => ((j % size) + 1 > degree(k) ? 1 : 0)));
  return [fromHost(first, [size, hidden]), fromHost(second, [hidden, 2 * size])];
};

/** y = σ(g + 2) x + (1 − σ(g + 2)) m, reversed; m and g of one masked network. Kingma et al. 2016, section 4. */
const gated = (size: number, hidden: number): Family<Masked, Transform> => ({
  init: (key) => ({
    w1: normal(key, [size, hidden]).div(Math.sqrt(size)),
    b1: tf.zeros([hidden]),
    w2: tf.zeros([hidden, 2 * size]),
    b2: tf.zeros([2 * size]),
  }),
  at: ({ w1, b1, w2, b2 }) => ({
    rank: 1,
    forward: (x) => {
      const [mask1, mask2] = masks(size, hidden);
      const units = tf
        .matMul(x as tf.Tensor2D, w1.mul(mask1) as tf.Tensor2D)
        .add(b1)
        .relu();
      const both = tf.matMul(units as tf.Tensor2D, w2.mul(mask2) as tf.Tensor2D).add(b2);
      const shift = both.slice([0, 0], [-1, size]);
      const gate = both.slice([0, size], [-1, size]).add(2);
      const open = gate.sigmoid();
      const value = open
        .mul(x)
        .add(shift.mul(tf.sub(1, open)))
        .reverse(-1);
      return { value, logDet: softplus(gate.neg()).neg().sum(-1) };
    },
  }),
});

/** The guide of the peers' torch_flow_guides.py: standard normal noise [draws, size] through gated masked layers. */
export const gatedIaf = (size: number, layers: number, hidden: number): Guide<readonly Masked[], Sampler> => {
  const gates = range(layers).map(() => gated(size, hidden));
  return {
    init: (key) => split(key, layers).map((layerKey, i) => gates[i].init(layerKey)),
    at: (parameters) => ({
      draw: (key, batch = []) => {
        const noise = normal(key, [...batch, size]);
        const { value, logDet } = chainForward(parameters.map((own, i) => gates[i].at(own))).forward(noise);
        const logBase = noise
          .square()
          .add(Math.log(2 * Math.PI))
          .mul(-0.5)
          .sum(-1);
        return { value, logQ: logBase.sub(logDet) };
      },
    }),
  };
};
