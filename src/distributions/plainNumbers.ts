import * as tf from "#tfjs";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { asReal } from "./parameters.ts";

/** The largest of plain numbers, nested lists included; undefined where a tensor has them, which may be known only later. */
export const largestOf = (x: unknown): number | undefined => {
  if (typeof x === "number") return x;
  if (!Array.isArray(x)) return undefined;
  return x.map(largestOf).reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.max(a, b)));
};

/** A whole-number parameter that is made from others: a number where they all are, else a tensor. */
export const combined = (
  numbers: (...all: number[]) => number,
  tensors: (...all: Tensor[]) => Tensor,
  ...from: readonly TensorLike[]
): TensorLike => {
  if (from.every((x) => typeof x === "number")) return numbers(...(from as readonly number[]));
  return tf.tidy(() => tensors(...from.map((x) => asReal(asTensor(x)))));
};
