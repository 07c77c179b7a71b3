import * as tf from "#tfjs";
import type { HostKey } from "../../core/key.ts";
import { foldHostKey } from "../../core/key.ts";
import { hostValues, type Tensor } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";

/** The name of the joint log-likelihood among the scalars that are ranked. Modrák et al. 2023. */
export const logLikelihoodName = "log likelihood";

/** Quantities at unconstrained points, by name: [points, ...event]. */
export type Measured = Readonly<Record<string, Float64Array>>;

/** z [points × size] row by row → the model's quantities and the joint log-likelihood at each; discrete latents by the key. */
export type Measure = (z: Float64Array, data: Values, key: HostKey) => Measured;

const keysOf = (key: HostKey, count: number): Int32Array => {
  const keys = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) keys.set(foldHostKey(key, i), 2 * i);
  return keys;
};

const totalOf = (pointwise: Values, points: number): Values => {
  const sums = Object.values(pointwise).map((x) => x.reshape([points, -1]).sum(1));
  return sums.length === 0 ? {} : { [logLikelihoodName]: sums.length === 1 ? sums[0] : tf.addN(sums) };
};

/** One program for all replications: data are its inputs. */
export const measureOf = (engine: Engine, conditioned: Conditioned<unknown>): Measure => {
  const { size, drawn } = conditioned;
  const program = engine.compile((z: Tensor, data: Values, keys: Tensor): Values => {
    const made = (drawn ? drawn(z, data, keys) : conditioned.at(data).constrain(z)) as Values;
    return { ...made, ...totalOf(conditioned.pointwise(z, data), z.shape[0]) };
  });
  return (z, data, key) => {
    const points = z.length / size;
    const given = engine.tensor(z, [points, size]);
    const keys = engine.tensor(keysOf(key, points), [points, 2], "int");
    const made = program(given, data, keys);
    const values = Object.fromEntries(Object.entries(made).map(([name, x]) => [name, hostValues(x).slice()]));
    disposeTree([made, given, keys]);
    return values;
  };
};
