import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { type Activation, activations } from "./activations.ts";

/** One convolution: every pixel sees a square of pixels around it, zeros beyond the edge. */
export interface Filter {
  /** [width, width, inputs, outputs], the width odd. */
  readonly w: Tensor;
  /** [outputs]. */
  readonly b: Tensor;
}

export interface ConvOptions {
  /** Channels in and out. */
  readonly inputs: number;
  readonly outputs: number;
  /** Channels of the hidden layers, at least one: the first sees squares of 3 × 3 pixels, the others single pixels. */
  readonly hidden: readonly number[];
  /** Residual blocks after them, of two convolutions of 3 × 3 pixels each; none unless said. He, Zhang, Ren & Sun 2016. */
  readonly blocks?: number;
  /** "relu" unless said. */
  readonly activation?: Activation;
}

/** x [batch, height, width, inputs] → [batch, height, width, outputs]. */
const convolved = (x: Tensor, { w, b }: Filter): Tensor => {
  const [width, , inputs, outputs] = w.shape;
  if (width > 1) return tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same").add(b);
  const pixels = tf.matMul(x.reshape([-1, inputs]), w.reshape([inputs, outputs]));
  return pixels.reshape([...x.shape.slice(0, -1), outputs]).add(b);
};

/** [width, inputs, outputs] of each convolution but the last one, in order. */
const shapesOf = ({ inputs, hidden, blocks = 0 }: ConvOptions): (readonly [number, number, number])[] => {
  const last = hidden[hidden.length - 1];
  return [
    ...hidden.map((outputs, i) => [i === 0 ? 3 : 1, i === 0 ? inputs : hidden[i - 1], outputs] as const),
    ...range(2 * blocks).map(() => [3, last, last] as const),
  ];
};

/**
 * A convolutional network: x [batch, height, width, inputs] → [batch, height, width, outputs]. With two hidden layers it is that of Glow,
 * 3 × 3, 1 × 1 and 3 × 3 (Kingma & Dhariwal 2018), with blocks a residual one. Weights begin normal, with variance
 * 1/(what a unit sees), those of the last layer and of every block's end at 0: the network begins as 0.
 */
export const convNetwork = (options: ConvOptions): Family<readonly Filter[], (x: Tensor) => Tensor> => {
  const { outputs, hidden, blocks = 0, activation = "relu" } = options;
  const units = activations[activation];
  const inner = shapesOf(options);
  const width = hidden[hidden.length - 1];
  return {
    init: (key) => {
      const drawn = split(key, inner.length).map((layerKey, i): Filter => {
        const [size, from, to] = inner[i];
        const endOfBlock = i >= hidden.length && (i - hidden.length) % 2 === 1;
        const scale = endOfBlock ? 0 : 1 / (size * Math.sqrt(from));
        return { w: normal(layerKey, [size, size, from, to]).mul(scale), b: tf.zeros([to]) };
      });
      return [...drawn, { w: tf.zeros([3, 3, width, outputs]), b: tf.zeros([outputs]) }];
    },
    at: (filters) => (x) => {
      const depth = hidden.length;
      const first = filters
        .slice(0, depth)
        .reduce((value, filter, i) => convolved(i === 0 ? value : units(value), filter), x);
      const bent = range(blocks).reduce((value, block) => {
        const [into, out] = filters.slice(depth + 2 * block);
        return value.add(convolved(units(convolved(units(value), into)), out));
      }, first);
      return convolved(units(bent), filters[filters.length - 1]);
    },
  };
};
