import * as tf from "#tfjs";
import type { IndexUse } from "../../core/density.ts";
import type { Key } from "../../core/key.ts";
import type { Tensor } from "../../core/tensor.ts";
import { split } from "../../ops/random.ts";
import { type IndexedMap, stepAhead } from "./indexed.ts";

/** E Var[y | x] / Var[y], the mean over coordinates: two indices for every x. */
const shareOf = (one: Tensor, other: Tensor): Tensor => {
  const within = one.sub(other).square().mean(0).mul(0.5);
  const both = tf.concat([one, other], 0);
  const all = both.sub(both.mean(0)).square().mean(0);
  return within.div(all).mean();
};

/** @param x [n, size], standard normal draws: they go through the layers, each of which is tried with two indices. */
export const indexUseOf = (maps: readonly IndexedMap[], x: Tensor, key: Key): IndexUse => {
  const keys = split(key, 2 * maps.length);
  const found: { share: Tensor; nats: Tensor }[] = [];
  let at = x;
  maps.forEach((map, i) => {
    const [one, other] = [stepAhead(map, at, keys[2 * i]), stepAhead(map, at, keys[2 * i + 1])];
    found.push({ share: shareOf(one.value, other.value), nats: one.logBack.sub(one.logAhead).mean() });
    at = one.value;
  });
  return { share: tf.stack(found.map(({ share }) => share)), nats: tf.stack(found.map(({ nats }) => nats)) };
};
