import { hostKey, hostUniforms } from "../../src/core/key.ts";

/** Rows of two numbers in two clusters along a slanted line: nothing that a Gaussian describes. */
export const rotatedPair = (count: number, from = 0): number[][] => {
  const next = hostUniforms(hostKey(41));
  const rows = Array.from({ length: from + count }, () => {
    const along = (next() < 0.5 ? -2 : 2) + 0.6 * (next() + next() - 1);
    const across = 0.6 * (next() + next() - 1);
    return [along + across, along - across];
  });
  return rows.slice(from);
};
