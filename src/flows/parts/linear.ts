import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { linearMap } from "../../transforms/linear/linear.ts";
import type { Flow } from "../flow.ts";
import { type LinearKind, type LinearOptions, linearKinds } from "./linearKinds.ts";

/** The numbers of a linear map by name, and its shift, if it has one: [n]. */
export interface LinearParameters {
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly shift?: Tensor;
}

export interface LinearLayerOptions extends LinearOptions {
  /** Whether a learned shift is added: true unless said. */
  readonly shift?: boolean;
}

/**
 * x ↦ W x + b for vectors [..., size], W of a kind whose log-determinant is cheap. Over the last axis of an image [..., channels] it is
 * an invertible 1 × 1 convolution: `plu` is Glow's (Kingma & Dhariwal 2018, section 3.2).
 */
export const linearLayer = (
  size: number,
  kind: LinearKind,
  { shift = true, ...options }: LinearLayerOptions = {},
): Flow<LinearParameters> => {
  const { init, at } = linearKinds[kind](size, options);
  return {
    init: (key) => ({ weights: init(key), ...(shift && { shift: tf.zeros([size]) }) }),
    at: ({ weights, shift: b }) => linearMap(at(weights), b),
  };
};
