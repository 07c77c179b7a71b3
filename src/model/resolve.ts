import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { split, uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import type { Site, Values } from "./site.ts";
import { logMasses, orderOf, tablesOf, withoutAll } from "./sumOut.ts";
import { type Setting, walk } from "./walk.ts";

/** Picks one of the values 0 … K − 1 for each element, from their K log-masses. */
type Choose = (logs: readonly Tensor[], shape: Shape, index: number) => Tensor;

const largestOf = (logs: readonly Tensor[]): Tensor => logs.reduce((a, b) => tf.maximum(a, b));

/** The most probable value; the first of several. */
const mostProbable: Choose = (logs, shape) => {
  let best = logs[0];
  let at: Tensor = tf.zeros([...shape]);
  for (const [k, log] of logs.entries()) {
    const better = log.greater(best);
    at = tf.where(better, k, at);
    best = tf.where(better, log, best);
  }
  return at;
};

/** A draw: as many values as have a cumulated probability below a uniform part of the whole. */
const drawn =
  (keys: readonly Key[]): Choose =>
  (logs, shape, index) => {
    const largest = largestOf(logs);
    const masses = logs.map((log) => exp(log.sub(largest)));
    const part = uniform(keys[index], shape).mul(masses.reduce((a, b) => a.add(b)));
    let cumulated: Tensor = tf.zeros([...shape]);
    let value: Tensor = tf.zeros([...shape]);
    for (const mass of masses.slice(0, -1)) {
      cumulated = cumulated.add(mass);
      value = value.add(cumulated.lessEqual(part).cast("float32"));
    }
    return value;
  };

/** A value for every discrete latent, one after the other: each given those before it, with those after it summed out. */
const valuesFor = (sites: readonly Site[], setting: Setting, choose: Choose): Values => {
  const { discrete } = setting.layout;
  const order = orderOf(discrete);
  const known: Record<string, Tensor> = {};
  for (const [i, name] of [...order].reverse().entries()) {
    const slot = discrete[name];
    const { tables } = tablesOf(sites, setting, known);
    const left = withoutAll(order.slice(0, order.indexOf(name)), discrete, tables);
    const touching = left.filter(({ uses }) => uses.includes(name));
    const logs = logMasses(name, slot, touching, {});
    known[name] = choose(logs, slot.shape, i).add(slot.first).cast("int32");
  }
  return known;
};

/**
 * All values of one draw, discrete latents among them: drawn from their conditional distribution given the continuous ones where a
 * key is given, else each the most probable one given those before it.
 */
export const resolved = (sites: readonly Site[], setting: Setting, key?: Key): Values => {
  const count = Object.keys(setting.layout.discrete).length;
  if (count === 0) return walk(sites, setting).values;
  const choose = key ? drawn(split(key, count)) : mostProbable;
  return walk(sites, { ...setting, assumed: valuesFor(sites, setting, choose) }).values;
};
