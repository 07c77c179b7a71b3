import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Chain, type ChainPlan, runChain } from "./chain.ts";
import { runCompiledChain } from "./compiledChain.ts";
import type { Point, Progress, TunableKernel } from "./kernel.ts";
import { nuts } from "./nuts.ts";
import { checkStart, type ExplainStart, findStart } from "./start.ts";

export interface ChainsProgress {
  /** The chain under way, from 0. */
  readonly chain: number;
  readonly chains: number;
  /** Transitions of this chain that are done, warm-up included. */
  readonly done: number;
  readonly total: number;
  readonly warmingUp: boolean;
  /** Divergences after warm-up so far, all chains together. */
  readonly divergences: number;
}

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
  "onProgress",
  "shouldStop",
  "restEvery",
] satisfies (keyof ChainsOptions)[];

const checkPlan = (options: ChainsOptions): ChainPlan & { readonly chains: number } => {
  checkOptions("sample", options, optionNames);
  const { chains = 4, warmup = 1000, draws = 1000, targetAcceptance = 0.8, starts, kernel, maxTreeDepth } = options;
  checkCount("sample: chains", chains);
  checkCount("sample: warmup", warmup, 0);
  checkCount("sample: draws", draws);
  if (!(targetAcceptance > 0 && targetAcceptance < 1))
    fail(`sample: targetAcceptance: expected a number between 0 and 1, got ${targetAcceptance}`);
  if (starts && starts.length !== chains)
    fail(`sample: starts: expected one per chain (${chains}), got ${starts.length}`);
  if (kernel && maxTreeDepth !== undefined) fail("sample: maxTreeDepth belongs to NUTS, but another kernel is given");
  return { chains, warmup, draws, targetAcceptance };
};

const counting = (gradient: Gradient): { readonly gradient: Gradient; readonly count: () => number } => {
  let count = 0;
  const at = (position: Float64Array, out: Float64Array): number => {
    count++;
    return gradient.at(position, out);
  };
  const { size, nuts: compiled, dispose } = gradient;
  const before = compiled?.gradients() ?? 0;
  return {
    gradient: { size, at, nuts: compiled, dispose },
    count: () => count + (compiled?.gradients() ?? 0) - before,
  };
};

interface Beginning {
  readonly start: Point;
  readonly runKey: HostKey;
}

const runOf = (
  gradient: Gradient,
  kernelOf: TunableKernel,
  { start, runKey }: Beginning,
  plan: ChainPlan,
): Generator<Progress, Chain> =>
  kernelOf.compiled
    ? runCompiledChain(gradient, kernelOf.compiled, runKey, start, plan)
    : runChain(gradient, kernelOf, runKey, start, plan);

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
    return { start, runKey };
  });

const countDivergences = (chains: readonly Chain[]): number =>
  chains.reduce((sum, { diverging }) => sum + diverging.reduce((count, one) => count + one, 0), 0);

const gather = (chains: readonly Chain[], gradients: number): ChainsResult => ({
  draws: chains.map(({ draws }) => draws),
  logDensity: chains.map(({ logDensity }) => logDensity),
  stats: {
    energy: chains.map(({ energy }) => energy),
    acceptance: chains.map(({ acceptance }) => acceptance),
    treeDepth: chains.map(({ treeDepth }) => treeDepth),
    diverging: chains.map(({ diverging }) => diverging),
    stepSize: chains.map(({ tuning }) => tuning.stepSize),
  },
  metric: chains.map(({ tuning }) => tuning.metric.variances),
  gradients,
  divergences: countDivergences(chains),
});

/**
 * Several chains of NUTS, or of another kernel, one after the other, from dispersed starts. Chain c draws on `foldHostKey(key, c)`
 * alone: the draws depend on the key and the options, not on rests or on how many other chains there are.
 * @throws FluvialError on bad options, where no start has a finite log density, and when `shouldStop` says so.
 */
export const chains = async (gradient: Gradient, key: HostKey, options: ChainsOptions = {}): Promise<ChainsResult> => {
  const plan = checkPlan(options);
  const { onProgress, shouldStop, restEvery = 50, maxTreeDepth } = options;
  const counted = counting(gradient);
  const kernelOf = options.kernel?.(counted.gradient) ?? nuts(counted.gradient, { maxTreeDepth });
  const total = plan.warmup + plan.draws;
  const beginnings = placeStarts(counted.gradient, key, plan.chains, options);

  const finished: Chain[] = [];
  let divergences = 0;
  let rested = performance.now();
  for (const [chain, beginning] of beginnings.entries()) {
    const run = runOf(counted.gradient, kernelOf, beginning, plan);
    let done = 0;
    let step = run.next();
    for (; !step.done; step = run.next()) {
      done += step.value.transitions;
      const warmingUp = done <= plan.warmup;
      if (!warmingUp) divergences += step.value.divergences;
      if (done < total && performance.now() - rested < restEvery) continue;
      onProgress?.({ chain, chains: plan.chains, done, total, warmingUp, divergences });
      await pause();
      if (shouldStop?.()) fail(`sample: stopped in chain ${chain + 1} after ${done} of ${total} transitions`);
      rested = performance.now();
    }
    finished.push(step.value);
  }
  return gather(finished, counted.count());
};
