import * as tf from "#tfjs";
import type { Density } from "../core/density.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { logSumExp } from "../ops/logMix.ts";
import { split, uniform } from "../ops/random.ts";

/** How many draws each of `components` gives: as equal as can be, one at the least. */
export const equalParts = (draws: number, components: number): readonly number[] =>
  range(components).map((k) => Math.max(1, Math.floor(draws / components) + (k < draws % components ? 1 : 0)));

/**
 * Σ w q(z) as a density.
 * @param logWeights [components], normalised.
 */
export const mixtureDensity = (
  logWeights: Tensor,
  components: readonly Density[],
): Density & Required<Pick<Density, "stratified">> => {
  const each = <T>(f: (component: Density, k: number) => T): T[] =>
    components.map((component, k) => within(`component ${k + 1}`, () => f(component, k)));
  const logWeight = (k: number): Tensor => logWeights.slice([k], [1]);
  const logProb = (z: Tensor): Tensor =>
    logSumExp(
      tf.stack(
        each((component, k) => component.logProb(z).add(logWeight(k).reshape([]))),
        -1,
      ),
    );
  return {
    draw: (key, batch = []) => {
      const [forChoice, ...keys] = split(key, components.length + 1);
      const values = each((component, k) => component.draw(keys[k], batch).value);
      const value = chosen(uniform(forChoice, batch), logWeights.exp(), values);
      return { value, logQ: logProb(value) };
    },
    stratified: (key, draws) => {
      const counts = equalParts(draws, components.length);
      const keys = split(key, components.length);
      const value = tf.concat(each((component, k) => component.draw(keys[k], [counts[k]]).value));
      const logShare = tf.concat(counts.map((count, k) => logWeight(k).sub(Math.log(count)).broadcastTo([count])));
      return { value, logQ: logProb(value), logShare };
    },
    logProb,
  };
};

/** Of values [...batch, size], those whose turn it is where `u` [...batch] falls among the weights laid end to end. */
const chosen = (u: Tensor, weights: Tensor, values: readonly Tensor[]): Tensor => {
  const ends = range(values.length).map((k) => weights.slice([0], [k + 1]).sum());
  const last = values.length - 1;
  return range(last)
    .reverse()
    .reduce((value, k) => tf.where(u.less(ends[k]).expandDims(-1), values[k], value), values[last]);
};
