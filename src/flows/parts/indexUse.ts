import * as tf from "#tfjs";
import type { Key } from "../../core/key.ts";
import type { Tensor } from "../../core/tensor.ts";
import { split } from "../../ops/random.ts";
import { type IndexedMap, stepAhead } from "./indexed.ts";

/** How much the layers of a continuously indexed flow use their indices, [layers] each. */
export interface IndexUse {
  /** The part of the variance of what a layer gives that its index alone makes, from 0, where it is not used, to 1. */
  readonly share: Tensor;
  /** E[log r(u | y) − log q(u | x)]: by how much more, in nats, y tells of the index than x did; at least so much, as far as r misses it. */
  readonly nats: Tensor;
}

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
