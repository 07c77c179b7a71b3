import { foldHostKey, type HostKey } from "../../core/key.ts";
import type { Gradient } from "../../engine/engine.ts";
import { chains as runChains } from "../../mcmc/chains.ts";
import type { MetricData } from "../../mcmc/metric.ts";
import { nuts } from "../../mcmc/nuts.ts";
import { scoutStart } from "../../mcmc/scouts.ts";
import type { ChainState } from "../../mcmc/state.ts";

/** Short chains, [chain], on the unconstrained scale. */
export interface Walk {
  /** Per chain [draws × size], row by row. */
  readonly draws: readonly Float64Array[];
  /** Per chain, the log density of each draw. */
  readonly logDensity: readonly Float64Array[];
  readonly energy: readonly Float64Array[];
  /** Per chain. */
  readonly divergences: readonly number[];
  /** Per chain, transitions that diverged or whose steps were hardly accepted: there steps are too long for the place. */
  readonly refused: readonly number[];
  readonly states: readonly ChainState[];
  /** Whether the gradients ran out. */
  readonly interrupted: boolean;
}

/** Small steps, so that a divergence means something; trajectories that are cut rather than let eat the budget. */
const careful = { targetAcceptance: 0.9, maxTreeDepth: 9 };
/** Mean acceptance of a transition's steps below which they count as refused. At an aim of 0.9 a normal has next to none of them. */
const hardly = 0.2;
/** What steps are divided by where too many are refused. */
export const finer = 3;
/** Milliseconds from one look at the budget to the next. */
const restEvery = 5;

interface Terms {
  readonly draws: number;
  readonly shouldStop: () => boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

const run = async (
  gradient: Gradient,
  key: HostKey,
  { draws, shouldStop, onProgress }: Terms,
  opening: object,
): Promise<Walk> => {
  const { targetAcceptance, maxTreeDepth } = careful;
  // One thread: gradients are counted as they are spent, so that the run ends with the budget.
  const options = { draws, targetAcceptance, shouldStop, restEvery, workers: 1, ...opening };
  const result = await runChains(gradient, key, {
    ...options,
    kernel: (counted) => nuts(counted, { maxTreeDepth, metric: "auto" }),
    onProgress: onProgress && (({ doneInAll, total, chains }) => onProgress(doneInAll, total * chains)),
  });
  const { energy, diverging, acceptance } = result.stats;
  const divergences = diverging.map((flags) => flags.reduce((count, flag) => count + flag, 0));
  const refused = diverging.map((flags, c) =>
    flags.reduce((count, flag, i) => count + (flag || !(acceptance[c][i] >= hardly) ? 1 : 0), 0),
  );
  const { draws: drawn, states, interrupted, logDensity } = result;
  return { draws: drawn, logDensity, energy, divergences, refused, states, interrupted };
};

/** Chains that warm up and draw: one from each of the given starts, and others from dispersed ones, `least` in all at the least. */
export const walkFrom = (
  gradient: Gradient,
  key: HostKey,
  starts: readonly Float64Array[],
  least: number,
  { metric, warmup, ...terms }: Terms & { readonly warmup: number; readonly metric?: MetricData },
): Promise<Walk> => {
  const dispersed = Array.from(
    { length: Math.max(0, least - starts.length) },
    (_, i) => scoutStart(gradient, foldHostKey(key, -1 - i)).position,
  );
  const all = [...starts, ...dispersed];
  return run(gradient, key, terms, { chains: all.length, starts: all, warmup, ...(metric && { initial: { metric } }) });
};

/** Arrays one behind the other. */
export const concatenated = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** The same chains with more draws; as they were where the gradients ran out at once. */
export const walkOn = async (gradient: Gradient, key: HostKey, earlier: Walk, terms: Terms): Promise<Walk> => {
  const more = await run(gradient, key, terms, { resume: earlier.states });
  if (more.draws.length !== earlier.draws.length) return { ...earlier, interrupted: true };
  return {
    ...more,
    draws: earlier.draws.map((each, c) => concatenated([each, more.draws[c]])),
    logDensity: earlier.logDensity.map((each, c) => concatenated([each, more.logDensity[c]])),
    energy: earlier.energy.map((each, c) => concatenated([each, more.energy[c]])),
    divergences: earlier.divergences.map((count, c) => count + more.divergences[c]),
    refused: earlier.refused.map((count, c) => count + more.refused[c]),
  };
};

/**
 * Draws anew from where the chains stand, with steps a third as long; what they drew before is let go, for chains whose steps are too long
 * for some places hardly ever get there. As they were where the gradients ran out at once.
 */
export const walkFiner = async (gradient: Gradient, key: HostKey, earlier: Walk, terms: Terms): Promise<Walk> => {
  const resume = earlier.states.map((state) => ({ ...state, stepSize: state.stepSize / finer }));
  const anew = await run(gradient, key, terms, { resume });
  return anew.draws.length === earlier.draws.length ? anew : { ...earlier, interrupted: true };
};
