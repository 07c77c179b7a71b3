import { fail } from "../core/check.ts";
import type { Point } from "./point.ts";
import type { Transition } from "./transition.ts";

/** What is kept of a chain's draws, one entry a draw. */
export interface Records {
  /** [draws × size], row by row, unconstrained. */
  readonly draws: Float64Array;
  readonly logDensity: Float64Array;
  readonly energy: Float64Array;
  readonly acceptance: Float64Array;
  readonly treeDepth: Float64Array;
  readonly diverging: Uint8Array;
}

/** Room for so many draws. @throws FluvialError where there is none. */
export const emptyRecords = (draws: number, size: number): Records => {
  try {
    return {
      draws: new Float64Array(draws * size),
      logDensity: new Float64Array(draws),
      energy: new Float64Array(draws),
      acceptance: new Float64Array(draws),
      treeDepth: new Float64Array(draws),
      diverging: new Uint8Array(draws),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(`sample: draws: there is no room for ${draws} draws of ${size} numbers; ask for fewer`);
  }
};

/** Writes draw number `i`: where a transition led, and what it did. */
export const keepDraw = (
  records: Records,
  i: number,
  point: Point,
  { energy, acceptance, treeDepth, diverging }: Transition,
  size: number,
): void => {
  records.draws.set(point.position, i * size);
  records.logDensity[i] = point.logDensity;
  records.energy[i] = energy;
  records.acceptance[i] = acceptance;
  records.treeDepth[i] = treeDepth;
  records.diverging[i] = diverging ? 1 : 0;
};

/** Writes the records of `other` into `records` from draw number `from` on. */
export const keepRecords = (
  records: Records,
  from: number,
  other: Readonly<Record<keyof Records, ArrayLike<number>>>,
): void => {
  const count = other.diverging.length;
  if (count === 0) return;
  records.draws.set(other.draws, from * (other.draws.length / count));
  records.logDensity.set(other.logDensity, from);
  records.energy.set(other.energy, from);
  records.acceptance.set(other.acceptance, from);
  records.treeDepth.set(other.treeDepth, from);
  records.diverging.set(other.diverging, from);
};

/** A copy of draws `from` to `to`, the latter left out. */
export const sliceRecords = (records: Records, from: number, to: number): Records => {
  const size = records.draws.length / records.diverging.length || 0;
  return {
    draws: records.draws.slice(from * size, to * size),
    logDensity: records.logDensity.slice(from, to),
    energy: records.energy.slice(from, to),
    acceptance: records.acceptance.slice(from, to),
    treeDepth: records.treeDepth.slice(from, to),
    diverging: records.diverging.slice(from, to),
  };
};
