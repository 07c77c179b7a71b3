import * as tf from "#tfjs";
import { fail, showValue } from "../core/check.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import { hostValues, type Shape, type Tensor } from "../core/tensor.ts";

/**
 * Rows of numbers as users have them: a list of rows, or of numbers where a row is one number; host values with their shape, or a tensor,
 * of which the last axis is a row and all others count rows.
 */
export type Samples =
  | readonly (ArrayLike<number> | number)[]
  | { readonly shape: Shape; readonly values: ArrayLike<number> }
  | Tensor;

/** Rows on the host, one after the other, in double. */
export interface Rows {
  readonly count: number;
  readonly size: number;
  readonly values: Float64Array;
}

const ofShape = (who: string, shape: Shape, values: ArrayLike<number>): Rows => {
  if (shape.length === 0) fail(`${who}: expected rows, [n, size], got ${showShape(shape)}`);
  const size = shape.length === 1 ? 1 : shape[shape.length - 1];
  if (sizeOf(shape) !== values.length)
    fail(`${who}: shape ${showShape(shape)} takes ${sizeOf(shape)} values, got ${values.length}`);
  return { count: size === 0 ? 0 : values.length / size, size, values: Float64Array.from(values) };
};

const ofList = (who: string, list: readonly (ArrayLike<number> | number)[]): Rows => {
  const rows = list.map((row) => (typeof row === "number" ? [row] : row));
  const size = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    if (row?.length !== size)
      fail(`${who}: row 1 has ${size} numbers, row ${i + 1} has ${row?.length ?? `none: ${String(row)}`}`);
    for (let j = 0; j < size; j++) values[i * size + j] = row[j];
  });
  return { count: rows.length, size, values };
};

const isShaped = (samples: unknown): samples is { readonly shape: Shape; readonly values: ArrayLike<number> } =>
  samples !== null && typeof samples === "object" && "shape" in samples && "values" in samples;

const checkFinite = (who: string, { size, values }: Rows): void => {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    fail(
      `${who}: row ${Math.floor(at / size) + 1}, column ${(at % size) + 1} is ${showValue(values[at])}: every number must be finite; leave such rows out`,
    );
};

/**
 * Samples as rows on the host.
 * @param size how many numbers each row must have, where that is known.
 * @throws FluvialError where there are none, rows differ in length or have another one, or a number is not finite; it names row and column.
 */
export const rowsOf = (who: string, samples: Samples, size?: number): Rows => {
  const rows =
    samples instanceof tf.Tensor
      ? ofShape(who, samples.shape, hostValues(samples))
      : Array.isArray(samples)
        ? ofList(who, samples)
        : isShaped(samples)
          ? ofShape(who, samples.shape, samples.values)
          : fail(`${who}: expected a list of rows, { shape, values } or a tensor, got ${String(samples)}`);
  if (rows.count === 0) fail(`${who}: expected rows of numbers, got none`);
  if (size !== undefined && rows.size !== size)
    fail(`${who}: expected rows of ${size} number${size === 1 ? "" : "s"}, got ${rows.size}`);
  checkFinite(who, rows);
  return rows;
};

/** Those rows that stand at these places. */
export const rowsAt = ({ size, values }: Rows, places: readonly number[]): Rows => {
  const taken = new Float64Array(places.length * size);
  for (const [i, place] of places.entries()) taken.set(values.subarray(place * size, (place + 1) * size), i * size);
  return { count: places.length, size, values: taken };
};

/** One row so many times over. */
export const repeated = (row: Rows, count: number): Rows => rowsAt(row, new Array<number>(count).fill(0));

/**
 * The contexts of `count` rows: as many, or one for all.
 * @throws FluvialError where one is missing, comes unasked for, or there are too few or too many.
 */
export const contextOf = (
  who: string,
  context: Samples | undefined,
  length: number,
  count: number,
): Rows | undefined => {
  if (length === 0)
    return context === undefined ? undefined : fail(`${who}: context: this density was fitted without one`);
  if (context === undefined)
    return fail(`${who}: context: expected ${count} rows of ${length}, or one for all, got none`);
  // A flat list as long as a context is one row, not rows of one number.
  const flat = Array.isArray(context) && context.length === length && context.every((x) => typeof x === "number");
  const rows = rowsOf(`${who}: context`, flat && length > 1 ? [context as readonly number[]] : context, length);
  if (rows.count !== count && rows.count !== 1)
    fail(`${who}: context: expected ${count} rows, or one for all, got ${rows.count}`);
  return rows.count === count ? rows : repeated(rows, count);
};
