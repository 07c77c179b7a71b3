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
  readonly states: readonly ChainState[];
  /** Whether the gradients ran out. */
  readonly interrupted: boolean;
}

/** Small steps, so that a divergence means something; trajectories that are cut rather than let eat the budget. */
const careful = { targetAcceptance: 0.9, maxTreeDepth: 9 };
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
  const { energy, diverging } = result.stats;
  const divergences = diverging.map((flags) => flags.reduce((count, flag) => count + flag, 0));
  const { draws: drawn, states, interrupted, logDensity } = result;
  return { draws: drawn, logDensity, energy, divergences, states, interrupted };
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
  };
};
