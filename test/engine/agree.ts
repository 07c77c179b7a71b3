import { expect } from "vitest";
import { indexFromOne, sameShape, showShape, sizeOf } from "../../src/core/shape.ts";
import type { HostArray } from "../../src/engine/interpret/array.ts";

/** NaN with NaN, an infinity with the same one, numbers within tolerance · scale. */
const agrees = (actual: number, expected: number, error: number): boolean => {
  if (!Number.isFinite(expected)) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= error;
};

const show = ({ type, shape, values }: HostArray): string =>
  `${type} of shape ${showShape(shape)}${values.length === sizeOf(shape) ? "" : ` with ${values.length} values`}`;

/**
 * Holds values against those of `interpretWithScale`: NaN and ±∞ in the same places, all others within tolerance · scale. Undecided
 * elements, whose scale is ∞, are passed over: says how many they are.
 */
export const expectAgree = (
  actual: HostArray,
  expected: HostArray,
  scale: ArrayLike<number>,
  tolerance = 1e-12,
  name: string | (() => string) = "",
): number => {
  const who = (): string => (typeof name === "string" ? name : name());
  if (
    actual.type !== expected.type ||
    !sameShape(actual.shape, expected.shape) ||
    actual.values.length !== expected.values.length
  )
    expect.fail(`${who()}: expected ${show(expected)}, got ${show(actual)}`);
  let undecided = 0;
  for (let at = 0; at < expected.values.length; at++) {
    if (scale[at] === Number.POSITIVE_INFINITY) undecided++;
    else if (!agrees(actual.values[at], expected.values[at], tolerance * scale[at]))
      expect.fail(
        `${who()}: element [${indexFromOne(at, expected.shape)}] of ${showShape(expected.shape)} is ${actual.values[at]}, ` +
          `expected ${expected.values[at]} with scale ${scale[at]}: apart by ` +
          `${Math.abs(actual.values[at] - expected.values[at]) / scale[at]} of it, ${tolerance} are allowed`,
      );
  }
  return undecided;
};
