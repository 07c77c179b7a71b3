import { listed } from "../posterior/text.ts";

/** The faults among what may be none. */
export const present = (faults: readonly (string | undefined | false)[]): string[] =>
  faults.filter((fault) => typeof fault === "string");

/** "the mean or sd of a, b is not finite". */
export const nonFiniteFault = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `the mean or sd of ${listed(names)} is not finite`;

/** The digits that tell a value from its threshold, from so many on. */
export const digitsApart = (value: number, threshold: number, from: number): number => {
  let digits = from;
  while (digits < from + 6 && value.toFixed(digits) === threshold.toFixed(digits)) digits++;
  return digits;
};
