import { expect } from "vitest";
import { indexFromOne, showShape } from "../../src/core/shape.ts";
import type { HostArray } from "../../src/engine/interpret/array.ts";

/** NaN with NaN, an infinity with the same one, numbers within tolerance · scale. */
const agrees = (actual: number, expected: number, error: number): boolean => {
  if (!Number.isFinite(expected)) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= error;
};

/**
 * Holds values against those of `interpretWithScale`: NaN and ±∞ in the same places, all others within tolerance · scale. Undecided
 * elements, whose scale is ∞, are passed over: says how many they are.
 */
export const expectAgree = (
  actual: HostArray,
  expected: HostArray,
  scale: ArrayLike<number>,
  tolerance = 1e-12,
  name = "",
): number => {
  expect(`${actual.type} ${showShape(actual.shape)}`, name).toBe(`${expected.type} ${showShape(expected.shape)}`);
  expect(actual.values.length, name).toBe(expected.values.length);
  let undecided = 0;
  for (let at = 0; at < expected.values.length; at++) {
    if (scale[at] === Number.POSITIVE_INFINITY) undecided++;
    else if (!agrees(actual.values[at], expected.values[at], tolerance * scale[at]))
      expect.fail(
        `${name}: element [${indexFromOne(at, expected.shape)}] of ${showShape(expected.shape)} is ${actual.values[at]}, ` +
          `expected ${expected.values[at]} with scale ${scale[at]}: apart by ` +
          `${Math.abs(actual.values[at] - expected.values[at]) / scale[at]} of it, ${tolerance} are allowed`,
      );
  }
  return undecided;
};
