import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { isDouble } from "../core/double.ts";
import type { HostKey, Key } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";
import type { Scalar, Shape, Tensor } from "../core/tensor.ts";
import { purpose, threefry, unit23, unit52 } from "../core/threefry.ts";
import { defineOp, type HostInput } from "./define.ts";

const words = new Int32Array(2);
const none = (): null[] => [null, null];

const randomOp = (name: string, fromWords: (high: number, low: number) => number) =>
  defineOp<{ shape: Shape }>({
    name,
    run: ([key]: readonly HostInput[], { shape }) => ({
      shape,
      dtype: "float32",
      fill: (out) => {
        for (let i = 0; i < out.length; i++) {
          threefry(key.values[0], key.values[1], i, purpose.draw, words);
          out[i] = fromWords(words[0], words[1]);
        }
      },
    }),
    gradient: none,
  });

const unit = (high: number, low: number): number => (isDouble() ? unit52(high, low) : unit23(high));
const applyUniform = randomOp("Uniform", unit);
const applyNormal = randomOp("Normal", (high, low) => normalQuantile(unit52(high, low)));

const applySplit = defineOp<{ count: number; use: number }>({
  name: "Split",
  run: ([key], { count, use }) => ({
    shape: [count, 2],
    dtype: "int32",
    fill: (out) => {
      for (let i = 0; i < count; i++) threefry(key.values[0], key.values[1], i, use, out as Int32Array, 2 * i);
    },
  }),
  gradient: none,
});

const applyFold = defineOp<Record<string, never>>({
  name: "Fold",
  run: ([key, index]) => ({
    shape: [2],
    dtype: "int32",
    fill: (out) => threefry(key.values[0], key.values[1], index.values[0], purpose.fold, out as Int32Array),
  }),
  gradient: none,
});

/** A host key as an input of a step. */
export const key = (host: HostKey): Key => tf.tensor1d([...host], "int32") as unknown as Key;

/** A key as it was given. @throws FluvialError where it is none: a host key, a seed. */
const checked = (from: Key): Key =>
  (from as unknown) instanceof tf.Tensor
    ? from
    : fail(`random numbers: expected a key, as key(hostKey(1)) makes one, got ${String(from)}`);

/** Uniforms in the open interval (0, 1), of the given shape. */
export const uniform = (from: Key, shape: Shape = []): Tensor => applyUniform([checked(from)], { shape });

/** Standard normals of the given shape: the normal quantile (Wichura 1988) of 52-bit uniforms. */
export const normal = (from: Key, shape: Shape = []): Tensor => applyNormal([checked(from)], { shape });

/** `count` independent keys from one, which must not be used again. */
export const split = (from: Key, count: number): Key[] => {
  const all = applySplit([checked(from)], { count, use: purpose.split });
  return Array.from({ length: count }, (_, i) => all.slice([i, 0], [1, 2]).reshape([2]) as unknown as Key);
};

/** The keys of `split` as one int32 [count, 2] tensor, for `map`. */
export const splitMany = (from: Key, count: number): Tensor =>
  applySplit([checked(from)], { count, use: purpose.split });

/** The key that belongs to number `index` (int32 scalar) of a sequence: the step of a loop. */
export const fold = (from: Key, index: Scalar): Key => applyFold([checked(from), index], {}) as unknown as Key;

/** Whole numbers in 0 … below − 1, int32, of the given shape. */
export const integers = (from: Key, below: number, shape: Shape = []): Tensor =>
  uniform(from, shape)
    .mul(below)
    .floor()
    .clipByValue(0, below - 1)
    .cast("int32");
