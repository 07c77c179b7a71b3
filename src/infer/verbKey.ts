import { foldHostKey, type HostKey, hostKey } from "../core/key.ts";

/** What a seed is used for besides `fit` and `sample`, whose keys are children of the seed's own by restart and by chain. */
const verbs = {
  map: -1,
  priorPredictive: -2,
  posteriorPredictive: -3,
  resampled: -4,
  starts: -5,
  discrete: -6,
  pit: -20,
  calibrate: -7,
  bridge: -8,
  distances: -9,
  ladder: -30,
  sandwich: -31,
  indexUse: -32,
} as const;

/** The key of a verb for a seed: two verbs with the same seed share no random number. */
export const verbKey = (verb: keyof typeof verbs, seed: number): HostKey => foldHostKey(hostKey(seed), verbs[verb]);
