/** Densities and quantities of conditioned models at a point, on the host and in double. */
import { inDouble, type Scalar, type Tensor } from "fluvial";
import * as tf from "#tfjs";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import type { Conditioned } from "../../src/model/condition.ts";
import { gradient } from "../../src/ops/gradient.ts";

type Record64 = Readonly<Record<string, number[]>>;

const onHost = (record: Readonly<Record<string, Tensor>>): Record64 =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, [...hostValues(x)]]));

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

export const densityAt = (conditioned: Conditioned<unknown>, z: readonly number[]): number =>
  at(conditioned, z, (one, data) => hostValues(conditioned.at(data).logDensity(one))[0]);

export const slopeAt = (conditioned: Conditioned<unknown>, z: readonly number[]): number[] =>
  at(conditioned, z, (one, data) => [
    ...hostValues(gradient((x: Tensor) => conditioned.at(data).logDensity(x) as Scalar)(one).gradient),
  ]);

export const quantitiesAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.at(data).constrain(one) as never));

export const pointwiseAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.pointwise(one, data)));

export const priorsAt = (conditioned: Conditioned<unknown>, z: readonly number[]): Record64 =>
  at(conditioned, z, (one, data) => onHost(conditioned.priors(one, data)));
