import { fail } from "./check.ts";
import type { Tensor } from "./tensor.ts";
import { purpose, threefry, unit52 } from "./threefry.ts";

declare const isKey: unique symbol;
declare const isHostKey: unique symbol;

/** Randomness as an argument of a step: int32 [2], split and never used twice. */
export type Key = Tensor & { readonly [isKey]: true };

/** The same on the host, for code over plain arrays. */
export type HostKey = readonly [number, number] & { readonly [isHostKey]: true };

const words = new Int32Array(2);
const derive = (key: HostKey, index: number, use: number): HostKey => {
  threefry(key[0], key[1], index, use, words);
  return [words[0], words[1]] as unknown as HostKey;
};

/**
 * A key from a seed.
 * @throws FluvialError unless the seed is a whole number of at most 53 bits, from 0.
 */
export const hostKey = (seed: number): HostKey => {
  if (!Number.isSafeInteger(seed) || seed < 0) fail(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
  return derive([seed | 0, Math.floor(seed / 4294967296) | 0] as unknown as HostKey, 0, purpose.split);
};

/** `count` independent keys from one, which must not be used again. */
export const splitHostKey = (key: HostKey, count: number): HostKey[] =>
  Array.from({ length: count }, (_, i) => derive(key, i, purpose.split));

/** The key that belongs to number `index` of a sequence: chain 3, step 1000. */
export const foldHostKey = (key: HostKey, index: number): HostKey => derive(key, index, purpose.fold);

/** A stream of uniforms in (0, 1) from a key: the numbers that `uniform` of ops gives in double precision, in its order. */
export const hostUniforms = (key: HostKey): (() => number) => {
  const pair = new Int32Array(2);
  let counter = 0;
  return () => {
    threefry(key[0], key[1], counter++, purpose.draw, pair);
    return unit52(pair[0], pair[1]);
  };
};
