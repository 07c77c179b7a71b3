/** The special functions of core/special/rare.ts over tensors, without gradients: the functions beside this file give them theirs. */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcast, showShape } from "../core/shape.ts";
import { type SpecialName, specialFunctions } from "../core/special/rare.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { defineOp } from "./define.ts";

const apply = defineOp<{ readonly name: SpecialName }>({
  name: "Special",
  run: (inputs, { name }) => ({
    shape: inputs[0].shape,
    dtype: "float32",
    fill: (out) => {
      const { value } = specialFunctions[name];
      for (let i = 0; i < out.length; i++) out[i] = value(...inputs.map(({ values }) => values[i]));
    },
  }),
  gradient: (_, inputs) => inputs.map(() => null),
});

/** One of the functions, element by element over tensors of one shape; a constant to every gradient. */
export const rare = (name: SpecialName, ...inputs: readonly Tensor[]): Tensor => apply(inputs, { name });

/**
 * Tensors spread over the shape that they share.
 * @throws FluvialError naming the function where their shapes do not fit.
 */
export const together = (who: string, ...inputs: readonly Tensor[]): Tensor[] => {
  let shape: Shape = [];
  for (const input of inputs)
    shape =
      broadcast(shape, input.shape) ??
      fail(`${who}: an argument of shape ${showShape(input.shape)} does not fit the others, ${showShape(shape)}`);
  return inputs.map((input) => tf.broadcastTo(input, [...shape]));
};
