import * as tf from "#tfjs";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { normal, split } from "../ops/random.ts";

export interface Layer {
  /** [inputs, outputs]. */
  readonly w: Tensor;
  /** [outputs]. */
  readonly b: Tensor;
}

/** Which inputs each unit may see: degree of the unit, counted from 1. */
const degreesOf = (size: number, hidden: readonly number[], heads: number): number[][] => {
  const inputs = range(size).map((i) => i + 1);
  const between = hidden.map((width) => range(width).map((k) => 1 + (k % Math.max(1, size - 1))));
  const outputs = range(heads).flatMap(() => inputs.map((degree) => degree - 1));
  return [inputs, ...between, outputs];
};

/** 1 where a unit of degree `to` sees one of degree `from`: never a later coordinate, nor its own. */
const maskOf = (from: readonly number[], to: readonly number[]): Tensor =>
  fromHost(
    from.flatMap((a) => to.map((b) => (b >= a ? 1 : 0))),
    [from.length, to.length],
  );

/**
 * A network whose output i depends on inputs before i alone (MADE; Germain, Gregor, Murray & Larochelle 2015): x [..., size] →
 * `heads` tensors [..., size]. tanh units; the last layer begins near zero, so that a map built on it begins near the identity.
 */
export const masked = (
  size: number,
  hidden: readonly number[],
  heads: number,
): Family<readonly Layer[], (x: Tensor) => Tensor[]> => {
  const degrees = degreesOf(size, hidden, heads);
  const depth = degrees.length - 1;
  return {
    init: (key) =>
      split(key, depth).map((layerKey, i) => {
        const [inputs, outputs] = [degrees[i].length, degrees[i + 1].length];
        const scale = (i === depth - 1 ? 0.01 : 1) / Math.sqrt(inputs);
        return { w: normal(layerKey, [inputs, outputs]).mul(scale), b: tf.zeros([outputs]) };
      }),
    at: (layers) => (x) => {
      let hiddenValue = x.reshape([-1, size]);
      layers.forEach(({ w, b }, i) => {
        const mask = maskOf(degrees[i], degrees[i + 1]);
        const linear = tf.matMul(hiddenValue as tf.Tensor2D, w.mul(mask) as tf.Tensor2D).add(b);
        hiddenValue = i === depth - 1 ? linear : linear.tanh();
      });
      return range(heads).map((head) => hiddenValue.slice([0, head * size], [-1, size]).reshape(x.shape));
    },
  };
};
