import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { indexFromOne, range, sizeOf } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import type { Continuous, Distribution } from "../distributions/distribution.ts";
import type { Coords } from "./data.ts";
import { isContinuous } from "./discrete.ts";
import type { Axes } from "./site.ts";

/** Where an observation lacks values: its shape, and the places of those that lack, row by row. */
export interface Gaps {
  readonly shape: Shape;
  readonly places: readonly number[];
}

/** The latent that holds the missing values of an observation. */
export const missingName = (name: string): string => `${name}_missing`;

/** Labels of missing values: their places in the observation, by the labels of its axes or counted from 1. */
export const missingLabels = ({ shape, places }: Gaps, axes: Axes | undefined, coords: Coords): string[] =>
  places.map((place) =>
    indexFromOne(place, shape)
      .map((i, axis) => {
        const name = axes?.[axis];
        return (typeof name === "string" ? coords[name]?.[i - 1] : undefined) ?? String(i);
      })
      .join(","),
  );

/** @throws FluvialError where the values of a distribution cannot be imputed. */
export const checkImputable = (distribution: Distribution): void => {
  const { name, rank } = distribution;
  if (rank > 0)
    fail(`${name} has events of several numbers, of which some cannot be missing; leave out the rows that lack values`);
  if (!isContinuous(distribution))
    fail(
      `${name} is discrete, and missing values are imputed as continuous latents; leave out the rows that lack values`,
    );
};

/** bool [...shape]: true where a value is missing. */
const maskOf = ({ shape, places }: Gaps): Tensor => {
  const mask = new Uint8Array(sizeOf(shape));
  for (const place of places) mask[place] = 1;
  return tf.tensor(mask, [...shape], "bool");
};

/** Free numbers [m] in their places, and zeros elsewhere. */
const placed = ({ shape, places }: Gaps, free: Tensor): Tensor => {
  const from = range(sizeOf(shape)).fill(places.length);
  for (const [i, place] of places.entries()) from[place] = i;
  return tf
    .concat([free, tf.zeros([1])])
    .gather(tf.tensor1d(from, "int32"))
    .reshape([...shape]);
};

/**
 * An observation with its missing values put in.
 * @param data with any finite number where a value is missing. @param free [m], unconstrained.
 * @returns the whole; the missing ones [m]; the log-Jacobian of each element; where they are.
 */
export const completed = (
  distribution: Distribution,
  data: Tensor,
  gaps: Gaps,
  free: Tensor,
): { readonly value: Tensor; readonly imputed: Tensor; readonly logDet: Tensor; readonly isMissing: Tensor } => {
  const isMissing = maskOf(gaps);
  const made = (distribution as Continuous).support.forward(placed(gaps, free));
  const value = tf.where(isMissing, made.value, data);
  const imputed = value.reshape([sizeOf(gaps.shape)]).gather(tf.tensor1d([...gaps.places], "int32"));
  return { value, imputed, logDet: tf.where(isMissing, made.logDet, 0), isMissing };
};

/** The free numbers [m] of given missing values [m]. The inverse of `completed`. */
export const freeOf = (distribution: Distribution, data: Tensor, gaps: Gaps, imputed: Tensor): Tensor => {
  const isMissing = maskOf(gaps);
  const value = tf.where(isMissing, placed(gaps, imputed), data);
  const { value: free } = (distribution as Continuous).support.inverse(value);
  return free.reshape([sizeOf(gaps.shape)]).gather(tf.tensor1d([...gaps.places], "int32"));
};
