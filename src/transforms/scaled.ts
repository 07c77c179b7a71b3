import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { TensorLike } from "../core/tensor.ts";
import { affine } from "./elementwise.ts";
import { type Support, support } from "./support.ts";

/**
 * Every real number, as offset + multiplier · x: what is near `offset` with a spread of about `multiplier` has a free form near 0 with a
 * spread of about 1. Both broadcast against the values.
 * @throws FluvialError where the offset is a number that is not finite, or the multiplier one that is not above 0.
 */
export const scaled = (offset: TensorLike, multiplier: TensorLike): Support => {
  if (typeof offset === "number" && !Number.isFinite(offset)) fail(`scaled: expected a finite offset, got ${offset}`);
  if (typeof multiplier === "number" && !(Number.isFinite(multiplier) && multiplier > 0))
    fail(`scaled: expected a multiplier above 0, got ${multiplier}`);
  return support("finite real numbers", (x) => tf.isFinite(x), affine(offset, multiplier), [offset, multiplier]);
};
