import type { KernelReport } from "./kernel.ts";
import type { KeptChain } from "./ledger.ts";
import type { MetricData } from "./metric.ts";
import type { ChainsProgress as Progress } from "./parallel/progress.ts";
import type { ChainState } from "./state.ts";

/** What the chains did after warm-up: [chain][draw]. */
export interface TransitionStats {
  readonly energy: readonly Float64Array[];
  readonly acceptance: readonly Float64Array[];
  readonly treeDepth: readonly Float64Array[];
  readonly diverging: readonly Uint8Array[];
  readonly stepSize: readonly number[];
}

export interface ChainsResult {
  /** Per chain [draws × size], unconstrained, row by row. */
  readonly draws: readonly Float64Array[];
  /** Per chain, the log density of each draw. */
  readonly logDensity: readonly Float64Array[];
  readonly stats: TransitionStats;
  /** Per chain, the inverse mass matrix. */
  readonly metric: readonly MetricData[];
  /** Evaluations of the gradient: starts, searches, warm-up and draws. */
  readonly gradients: number;
  /** Divergent transitions after warm-up. */
  readonly divergences: number;
  /**
   * Whether the run was stopped before all was drawn. The chains are then cut to one length, and those that had not come so far are left
   * out: the most draws that can be kept in chains of equal length.
   */
  readonly interrupted: boolean;
  /** Which of the chains asked for these are, from 0: all of them but after an interruption. */
  readonly chains: readonly number[];
  /** Where each chain ends, for `resume`; empty where a chain was cut and its kernel needs more than a draw to go on. */
  readonly states: readonly ChainState[];
  /** Per chain, what a kernel has to say of itself: swaps of tempering. */
  readonly reports: readonly (KernelReport | undefined)[];
}

/** How far a run is. */
export type ChainsProgress = Progress<ChainsResult>;

const countOnes = (flags: readonly Uint8Array[]): number =>
  flags.reduce((sum, each) => each.reduce((count, one) => count + one, sum), 0);

/** What is kept of the chains, put together. */
export const resultOf = (kept: readonly KeptChain[], gradients: number, interrupted: boolean): ChainsResult => {
  const records = kept.map((one) => one.records);
  const states = kept.flatMap(({ state }) => (state ? [state] : []));
  const diverging = records.map((one) => one.diverging);
  return {
    draws: records.map(({ draws }) => draws),
    logDensity: records.map(({ logDensity }) => logDensity),
    stats: {
      energy: records.map(({ energy }) => energy),
      acceptance: records.map(({ acceptance }) => acceptance),
      treeDepth: records.map(({ treeDepth }) => treeDepth),
      diverging,
      stepSize: kept.map(({ tuning }) => tuning.stepSize),
    },
    metric: kept.map(({ tuning }) => tuning.metric),
    gradients,
    divergences: countOnes(diverging),
    interrupted,
    chains: kept.map(({ chain }) => chain),
    states: states.length === kept.length ? states : [],
    reports: kept.map(({ report }) => report),
  };
};
