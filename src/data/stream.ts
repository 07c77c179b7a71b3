import { hostKey, hostUniforms } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";

/** Random numbers in a row, from one seed. */
export interface Stream {
  /** In (0, 1). */
  uniform(): number;
  normal(): number;
  /** A whole number from 0, below `count`. */
  index(count: number): number;
}

/**
 * The stream of a seed: the same numbers on every machine.
 * @throws FluvialError unless the seed is a whole number from 0.
 */
export const streamOf = (seed: number): Stream => {
  const uniform = hostUniforms(hostKey(seed));
  return { uniform, normal: () => normalQuantile(uniform()), index: (count) => Math.floor(count * uniform()) };
};
