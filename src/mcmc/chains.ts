import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import type { ChainPlan } from "./chain.ts";
import type { TunableKernel } from "./kernel.ts";
import { nuts } from "./nuts.ts";
import type { PlainChain } from "./parallel/messages.ts";
import type { ChainsProgress } from "./parallel/progress.ts";
import { runAll } from "./parallel/runAll.ts";
import { type Beginning, counting } from "./run.ts";
import { checkStart, type ExplainStart, findStart } from "./start.ts";

export type { ChainsProgress } from "./parallel/progress.ts";

export interface ChainsOptions {
  /** 4 unless said. */
  readonly chains?: number;
  /** Transitions per chain that adapt and are thrown away: 1000 unless said; may be 0. */
  readonly warmup?: number;
  /** Draws kept per chain: 1000 unless said. */
  readonly draws?: number;
  /** Mean acceptance that the step size aims at, in (0, 1): 0.8 unless said. */
  readonly targetAcceptance?: number;
  /** Of NUTS: 10 unless said. */
  readonly maxTreeDepth?: number;
  /** Another sampler instead of NUTS: `(gradient) => hmc(gradient, { steps: 20 })`. */
  readonly kernel?: (gradient: Gradient) => TunableKernel;
  /** One unconstrained position per chain, instead of random ones. */
  readonly starts?: readonly Float64Array[];
  readonly explainStart?: ExplainStart;
  /**
   * Threads that chains run on, the calling one among them: as many as there are cores where that pays, unless said. 1 runs the chains
   * one after the other, as does a gradient that is not compiled or a kernel of one's own. Has no bearing on the draws.
   */
  readonly workers?: number;
  readonly onProgress?: (progress: ChainsProgress) => void;
  /** Asked between rests; true makes the promise reject. */
  readonly shouldStop?: () => boolean;
  /** Milliseconds of work between two rests, which let the event loop run: 50 unless said. Has no bearing on the draws. */
  readonly restEvery?: number;
}

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
  /** Per chain, the diagonal of the inverse mass matrix. */
  readonly metric: readonly Float64Array[];
  /** Evaluations of the gradient: starts, searches, warm-up and draws. */
  readonly gradients: number;
  /** Divergent transitions after warm-up. */
  readonly divergences: number;
}

const optionNames = [
  "chains",
  "warmup",
  "draws",
  "targetAcceptance",
  "maxTreeDepth",
  "kernel",
  "starts",
  "explainStart",
  "workers",
  "onProgress",
  "shouldStop",
  "restEvery",
] satisfies (keyof ChainsOptions)[];

const checkPlan = (options: ChainsOptions): ChainPlan & { readonly chains: number } => {
  checkOptions("sample", options, optionNames);
  const {
    chains = 4,
    warmup = 1000,
    draws = 1000,
    targetAcceptance = 0.8,
    starts,
    kernel,
    maxTreeDepth,
    workers,
  } = options;
  checkCount("sample: chains", chains);
  checkCount("sample: warmup", warmup, 0);
  checkCount("sample: draws", draws);
  if (!(targetAcceptance > 0 && targetAcceptance < 1))
    fail(`sample: targetAcceptance: expected a number between 0 and 1, got ${targetAcceptance}`);
  if (starts && starts.length !== chains)
    fail(`sample: starts: expected one per chain (${chains}), got ${starts.length}`);
  if (workers !== undefined) checkCount("sample: workers", workers);
  if (kernel && maxTreeDepth !== undefined) fail("sample: maxTreeDepth belongs to NUTS, but another kernel is given");
  return { chains, warmup, draws, targetAcceptance };
};

/** Every chain's start and key; all starts are found before any chain runs. */
const placeStarts = (
  gradient: Gradient,
  key: HostKey,
  chains: number,
  { starts, explainStart }: ChainsOptions,
): Beginning[] =>
  Array.from({ length: chains }, (_, chain) => {
    const [startKey, runKey] = splitHostKey(foldHostKey(key, chain), 2);
    const start = starts
      ? checkStart(gradient, starts[chain], chain, explainStart)
      : findStart(gradient, startKey, explainStart);
    return { chain, start, key: runKey };
  });

const gather = (chains: readonly PlainChain[], gradients: number): ChainsResult => ({
  draws: chains.map(({ draws }) => draws),
  logDensity: chains.map(({ logDensity }) => logDensity),
  stats: {
    energy: chains.map(({ energy }) => energy),
    acceptance: chains.map(({ acceptance }) => acceptance),
    treeDepth: chains.map(({ treeDepth }) => treeDepth),
    diverging: chains.map(({ diverging }) => diverging),
    stepSize: chains.map(({ stepSize }) => stepSize),
  },
  metric: chains.map(({ variances }) => variances),
  gradients,
  divergences: chains.reduce((sum, { diverging }) => sum + diverging.reduce((count, one) => count + one, 0), 0),
});

/**
 * Several chains of NUTS, or of another kernel, from dispersed starts: one after the other, or on several threads. Chain c draws on
 * `foldHostKey(key, c)` alone: the draws depend on the key and the options, not on rests, on threads or on how many other chains
 * there are.
 * @throws FluvialError on bad options, where no start has a finite log density, and when `shouldStop` says so.
 */
export const chains = async (gradient: Gradient, key: HostKey, options: ChainsOptions = {}): Promise<ChainsResult> => {
  const plan = checkPlan(options);
  const { onProgress, shouldStop, restEvery = 50, maxTreeDepth, workers } = options;
  const counted = counting(gradient);
  const kernelOf = options.kernel?.(counted.gradient) ?? nuts(counted.gradient, { maxTreeDepth });
  const beginnings = placeStarts(counted.gradient, key, plan.chains, options);
  const { chains, gradients } = await runAll(counted.gradient, kernelOf, beginnings, {
    plan,
    workers,
    restEvery,
    onProgress,
    shouldStop,
  });
  return gather(chains, counted.count() + gradients);
};
