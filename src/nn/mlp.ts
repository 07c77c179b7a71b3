import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import type { Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { type Activation, activations } from "./activations.ts";

/** One dense layer: x ↦ x w + b. */
export interface Layer {
  /** [inputs, outputs]. */
  readonly w: Tensor;
  /** [outputs]. */
  readonly b: Tensor;
}

export interface MlpOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** "tanh" unless said. */
  readonly activation?: Activation;
  /** What the last layer's first weights are multiplied by: 0.01 unless said, so that what is built on it begins near where 0 leaves it. */
  readonly last?: number;
}

/** A dense network: x [..., inputs] → [..., outputs]. Weights begin normal, with variance 1/inputs. */
export const mlp = (options: MlpOptions): Family<readonly Layer[], (x: Tensor) => Tensor> => {
  const { inputs, outputs, hidden, activation = "tanh", last = 0.01 } = options;
  const widths = [inputs, ...hidden, outputs];
  const depth = widths.length - 1;
  return {
    init: (key) =>
      split(key, depth).map((layerKey, i) => ({
        w: normal(layerKey, [widths[i], widths[i + 1]]).mul((i === depth - 1 ? last : 1) / Math.sqrt(widths[i])),
        b: tf.zeros([widths[i + 1]]),
      })),
    at: (layers) => (x) => {
      const units = layers.reduce(
        (value, { w, b }, i) => {
          const linear = tf.matMul(value, w).add(b);
          return i === depth - 1 ? linear : activations[activation](linear);
        },
        x.reshape([-1, inputs]),
      );
      return units.reshape([...x.shape.slice(0, -1), outputs]);
    },
  };
};
