/** Densities and quantities of conditioned models at a point, on the host and in double. */
import { inDouble, type Scalar, type Tensor } from "fluvial";
import * as tf from "#tfjs";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import type { Conditioned } from "../../src/model/condition.ts";
import { gradient } from "../../src/ops/gradient.ts";

type Record64 = Readonly<Record<string, number[]>>;

const onHost = (record: Readonly<Record<string, Tensor>>): Record64 =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, [...hostValues(x)]]));

/** Whole numbers in the place of some of the data. */
export type Instead = Readonly<Record<string, number | readonly number[]>>;

const replaced = (data: Readonly<Record<string, Tensor>>, instead: Instead): Readonly<Record<string, Tensor>> => ({
  ...data,
  ...Object.fromEntries(
    Object.entries(instead).map(([name, values]) => [name, tf.tensor(values as number[], undefined, "int32")]),
  ),
});

/** What f makes of a conditioned model's data and a point, in double, with nothing left behind. */
const at = <T>(conditioned: Conditioned<unknown>, z: readonly number[], f: (z: Tensor, data: never) => T): T => {
  let made: { value: T } | undefined;
  inDouble(() =>
    tf.tidy(() => {
      made = { value: f(fromHost([...z], [z.length]), conditioned.tensors() as never) };
    }),
  );
  return (made as { value: T }).value;
};

export const densityAt = (conditioned: Conditioned<unknown>, z: readonly number[], instead: Instead = {}): number =>
  at(conditioned, z, (one, data) => hostValues(conditioned.at(replaced(data, instead)).logDensity(one))[0]);

export const slopeAt = (conditioned: Conditioned<unknown>, z: readonly number[], instead: Instead = {}): number[] =>
  at(conditioned, z, (one, data) => [
    ...hostValues(
      gradient((x: Tensor) => conditioned.at(replaced(data, instead)).logDensity(x) as Scalar)(one).gradient,
    ),
  ]);

export const quantitiesAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.at(data).constrain(one) as never));

export const pointwiseAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.pointwise(one, data)));

export const priorsAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.priors(one, data)));
