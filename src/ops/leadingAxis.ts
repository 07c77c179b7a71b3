import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/** The elements of a tensor along its first axis; tfjs's `unstack` fails where there is one. */
export const elementsOf = (x: Tensor): Tensor[] => (x.shape[0] === 1 ? [x.reshape(x.shape.slice(1))] : tf.unstack(x));

/** Tensors of one shape along a new first axis. */
export const stacked = (parts: readonly Tensor[]): Tensor =>
  parts.length === 1 ? parts[0].expandDims(0) : tf.stack(parts as Tensor[]);

/** @throws FluvialError unless all have the same leading length, above 0. */
export const commonLength = (who: string, inputs: readonly Tensor[]): number => {
  const lengths = new Set(inputs.map((x) => x.shape[0] ?? 0));
  const [length] = lengths;
  if (lengths.size !== 1 || length === 0)
    fail(
      `${who}: expected tensors with one leading length above 0, got ${inputs.map((x) => showShape(x.shape)).join(", ") || "none"}`,
    );
  return length;
};
