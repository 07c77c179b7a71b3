import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";
import { type Activation, activations } from "./activations.ts";
import { degreesOf, maskOf } from "./degrees.ts";
import type { Layer } from "./mlp.ts";

export interface MaskedOptions {
  /** "tanh" unless said. */
  readonly activation?: Activation;
  /** The length of a context that every output may see; none unless said. */
  readonly context?: number;
  /** The place of each coordinate in the order, from 0: as they stand unless said. */
  readonly places?: readonly number[];
  /** What the last layer's first weights are multiplied by: 0.01 unless said. */
  readonly last?: number;
}

/**
 * A network whose output i depends on the coordinates before i alone, and on a context (MADE; Germain, Gregor, Murray & Larochelle
 * 2015): x [..., size], context [..., c] → `heads` tensors [..., size]. The last layer begins near zero, so that a map built on it
 * begins near the identity.
 */
export const masked = (
  size: number,
  hidden: readonly number[],
  heads: number,
  options: MaskedOptions = {},
): Family<readonly Layer[], (x: Tensor, context?: Tensor) => Tensor[]> => {
  const { activation = "tanh", context = 0, places = range(size), last = 0.01 } = options;
  if ([...places].sort((a, b) => a - b).some((place, i) => place !== i) || places.length !== size)
    fail(`masked: expected each of the places 0 to ${size - 1} once, got [${places.join(", ")}]`);
  const degrees = degreesOf(size, hidden, heads, context, places);
  const depth = degrees.length - 1;
  return {
    init: (key) =>
      split(key, depth).map((layerKey, i) => {
        const [inputs, outputs] = [degrees[i].length, degrees[i + 1].length];
        const scale = (i === depth - 1 ? last : 1) / Math.sqrt(inputs);
        return { w: normal(layerKey, [inputs, outputs]).mul(scale), b: tf.zeros([outputs]) };
      }),
    at: (layers) => (x, given) => {
      const all = given ? tf.concat([x, given], -1) : x;
      let units = all.reshape([-1, size + context]);
      layers.forEach(({ w, b }, i) => {
        const mask = maskOf(degrees[i], degrees[i + 1]);
        const linear = tf.matMul(units, w.mul(mask)).add(b);
        units = i === depth - 1 ? linear : activations[activation](linear);
      });
      return range(heads).map((head) => units.slice([0, head * size], [-1, size]).reshape(x.shape));
    },
  };
};
