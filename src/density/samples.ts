import * as tf from "#tfjs";
import { fail, showAny, showValue } from "../core/check.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import { hostValues, type Shape, type Tensor } from "../core/tensor.ts";

/**
 * Rows of numbers as users have them: a list of rows; host values with their shape, or a tensor, of which the last axis is a row and all
 * others count rows. A list of numbers alone, or values of one axis, are rows of one number; where rows are known to be longer, and there
 * are as many numbers as in one, they are that row.
 */
export type Samples =
  | readonly (ArrayLike<number> | number)[]
  | Float64Array
  | Float32Array
  | { readonly shape: Shape; readonly values: ArrayLike<number> }
  | Tensor;

/** Rows on the host, one after the other, in double. */
export interface Rows {
  readonly count: number;
  readonly size: number;
  readonly values: Float64Array;
}

/** Lists of numbers, and of nothing that JavaScript would only make numbers of: null and "" would count as 0. */
const numbersOf = (who: string, values: ArrayLike<number>, out: Float64Array, at: number, size: number): void => {
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== "number")
      fail(
        `${who}: row ${Math.floor((at + i) / size) + 1}, column ${((at + i) % size) + 1} is ${showAny(values[i])}: expected numbers`,
      );
    out[at + i] = values[i];
  }
};

const isList = (x: unknown): x is ArrayLike<number> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

const ofShape = (who: string, shape: Shape, values: ArrayLike<number>, expected = 1): Rows => {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0))
    fail(`${who}: shape: expected a list of whole numbers, got ${showAny(shape)}`);
  if (shape.length === 0) fail(`${who}: expected rows, [n, size], got ${showShape(shape)}`);
  if (!isList(values)) fail(`${who}: values: expected a list of numbers, got ${showAny(values)}`);
  if (sizeOf(shape) !== values.length)
    fail(`${who}: shape ${showShape(shape)} takes ${sizeOf(shape)} values, got ${values.length}`);
  const size = shape.length > 1 ? shape[shape.length - 1] : shape[0] === expected ? expected : 1;
  const numbers = new Float64Array(values.length);
  numbersOf(who, values, numbers, 0, size);
  return { count: size === 0 ? 0 : values.length / size, size, values: numbers };
};

const ofList = (who: string, list: readonly (ArrayLike<number> | number)[], expected?: number): Rows => {
  if (list.length > 0 && list.every((each) => typeof each === "number"))
    return ofShape(who, [list.length], list as readonly number[], expected);
  const rows = list.map((row) => (typeof row === "number" ? [row] : row));
  const size = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    if (!isList(row)) fail(`${who}: row ${i + 1} is ${showAny(row)}: expected a list of numbers`);
    if (row.length !== size) fail(`${who}: row 1 has ${size} numbers, row ${i + 1} has ${row.length}`);
    numbersOf(who, row, values, i * size, size);
  });
  return { count: size === 0 ? 0 : rows.length, size, values };
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
      ? ofShape(who, samples.shape, hostValues(samples), size)
      : Array.isArray(samples)
        ? ofList(who, samples, size)
        : isList(samples)
          ? ofShape(who, [samples.length], samples, size)
          : isShaped(samples)
            ? ofShape(who, samples.shape, samples.values, size)
            : fail(`${who}: expected a list of rows, { shape, values } or a tensor, got ${showAny(samples)}`);
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
    return fail(
      `${who}: context: expected ${count} row${count === 1 ? "" : "s"} of ${length}, or one for all, got none`,
    );
  const rows = rowsOf(`${who}: context`, context, length);
  if (rows.count !== count && rows.count !== 1)
    fail(`${who}: context: expected ${count} rows, or one for all, got ${rows.count}`);
  return rows.count === count ? rows : repeated(rows, count);
};
