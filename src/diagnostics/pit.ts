import { rankLaw, uniformityP } from "./uniformity.ts";

/**
 * Where a value stands among its replications: the weight of those below it, and a share `u` of that of those equal to it. With u
 * uniform on (0, 1) it is uniform where the value is one more replication, of discrete data too.
 * @param logWeights [replications], normalised; equal unless given. Czado, Gneiting & Held 2009, eq. 2.
 */
export const pitOf = (value: number, replicated: Float64Array, u: number, logWeights?: Float64Array): number => {
  let [below, equal] = [0, 0];
  for (let i = 0; i < replicated.length; i++) {
    const weight = logWeights ? Math.exp(logWeights[i]) : 1 / replicated.length;
    if (replicated[i] < value) below += weight;
    else if (replicated[i] === value) equal += weight;
  }
  return Math.min(1, Math.max(0, below + u * equal));
};

/** Classes that PIT values are sorted into for tests and plots. */
const classes = 100;

/** PIT values as ranks, uniform on 0 … 99 where they are uniform. */
export const pitRanks = (pit: Float64Array): Int32Array =>
  Int32Array.from(pit, (value) => Math.min(classes - 1, Math.floor(value * classes)));

/** The largest rank of `pitRanks`. */
export const largestPitRank: number = classes - 1;

/** The p-value of PIT values against uniformity, by their empirical distribution function. Säilynoja, Bürkner & Vehtari 2022. */
export const pitP = (pit: Float64Array): number => uniformityP(pitRanks(pit), rankLaw(pit.length, largestPitRank));
