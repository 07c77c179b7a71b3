import { fail, showValue } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape } from "../core/tensor.ts";

/** Points [n, size] on the host, row by row. */
export interface Points {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** Points as a caller may give them. */
export type PointsLike = Points | readonly (readonly number[])[];

const isPoints = (given: PointsLike): given is Points => "values" in given && "shape" in given;

const fromRows = (who: string, rows: readonly (readonly number[])[], size: number): Points => {
  const odd = rows.findIndex((row) => !Array.isArray(row) || row.length !== size);
  if (odd >= 0) fail(`${who}: expected rows of ${size} numbers, row ${odd + 1} is ${JSON.stringify(rows[odd])}`);
  return { shape: [rows.length, size], values: Float64Array.from(rows.flat()) };
};

/**
 * Points of `size` numbers each.
 * @throws FluvialError where a row has another length or holds what is no number.
 */
export const pointsOf = (who: string, given: PointsLike, size: number): Points => {
  if (given === null || typeof given !== "object")
    fail(`${who}: expected rows of ${size} numbers, or { shape, values }, got ${String(given)}`);
  const points = isPoints(given) ? given : fromRows(who, given, size);
  const { shape, values } = points;
  if (shape.length !== 2 || shape[1] !== size || values.length !== shape[0] * size)
    fail(`${who}: expected points [n, ${size}], got ${showShape(shape)} with ${values.length} values`);
  const odd = values.findIndex((x) => !(typeof x === "number") || Number.isNaN(x));
  if (odd >= 0) fail(`${who}: expected numbers, row ${Math.floor(odd / size) + 1} holds ${showValue(values[odd])}`);
  return points;
};
