import { checkCount, checkOptions, checkPositive, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import type { Gradient } from "../engine/engine.ts";
import type { TunableKernel } from "./kernel.ts";
import { checkMetric } from "./metric.ts";
import { nuts } from "./nuts.ts";
import type { ChainsProgress as Progress } from "./parallel/progress.ts";
import { runAll } from "./parallel/runAll.ts";
import type { Beginning, ChainPlan, InitialTuning } from "./plan.ts";
import { type ChainsProgress, type ChainsResult, resultOf } from "./result.ts";
import { counting } from "./run.ts";
import { scoutStart } from "./scouts.ts";
import { checkStart, type ExplainStart, findStart } from "./start.ts";
import { type ChainState, checkSameDensity, checkState } from "./state.ts";

export type { ChainsProgress, ChainsResult, TransitionStats } from "./result.ts";
export type { ChainState } from "./state.ts";

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
  /** Where warm-up sets out: a metric and a step size from elsewhere. Without warm-up they are used as they are. */
  readonly initial?: InitialTuning;
  /** Goes on where chains of an earlier run ended (its `states`), on their own keys: no warm-up, no starts, no `chains`. */
  readonly resume?: readonly ChainState[];
  /**
   * Threads that chains run on, the calling one among them: as many as there are cores where that pays, unless said. 1 runs the chains
   * one after the other, as does a gradient that is not compiled or a kernel of one's own. Has no bearing on the draws.
   */
  readonly workers?: number;
  readonly onProgress?: (progress: ChainsProgress) => void;
  /** Asked between rests; true ends the run, whose result then holds what has been drawn. */
  readonly shouldStop?: () => boolean;
  /** The same as a signal. */
  readonly signal?: AbortSignal;
  /** Milliseconds of work between two rests, which let the event loop run: 50 unless said. Has no bearing on the draws. */
  readonly restEvery?: number;
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
  "initial",
  "resume",
  "workers",
  "onProgress",
  "shouldStop",
  "signal",
  "restEvery",
] satisfies (keyof ChainsOptions)[];

/** Options that a resumed run has no use for. */
const ofFreshRuns = ["chains", "warmup", "starts", "initial"] satisfies (keyof ChainsOptions)[];

const checkResume = ({ size }: Gradient, options: ChainsOptions): void => {
  const { resume } = options;
  if (!resume) return;
  if (resume.length === 0) fail("sample: resume: expected the state of at least one chain, got none");
  resume.forEach((state, chain) => {
    checkState(state, chain, size);
  });
  for (const name of ofFreshRuns)
    if (options[name] !== undefined) fail(`sample: ${name} has no meaning for chains that are resumed; leave it out`);
};

const checkPlan = (gradient: Gradient, options: ChainsOptions): ChainPlan & { readonly chains: number } => {
  checkOptions("sample", options, optionNames);
  checkResume(gradient, options);
  const { resume, draws = 1000, targetAcceptance = 0.8, starts, kernel, maxTreeDepth, workers, initial } = options;
  const { chains = resume?.length ?? 4, warmup = resume ? 0 : 1000 } = options;
  checkCount("sample: chains", chains);
  checkCount("sample: warmup", warmup, 0);
  checkCount("sample: draws", draws);
  if (!(targetAcceptance > 0 && targetAcceptance < 1))
    fail(`sample: targetAcceptance: expected a number between 0 and 1, got ${targetAcceptance}`);
  if (starts && starts.length !== chains)
    fail(`sample: starts: expected one per chain (${chains}), got ${starts.length}`);
  if (workers !== undefined) checkCount("sample: workers", workers);
  if (kernel && maxTreeDepth !== undefined) fail("sample: maxTreeDepth belongs to NUTS, but another kernel is given");
  if (initial?.metric) checkMetric("sample: initial.metric", initial.metric, gradient.size);
  if (initial?.stepSize !== undefined) checkPositive("sample: initial.stepSize", initial.stepSize);
  return { chains, warmup, draws, targetAcceptance, initial };
};

/** A chain's start and key. */
const beginningOf = (
  gradient: Gradient,
  key: HostKey,
  chain: number,
  warmup: number,
  { starts, resume, explainStart }: ChainsOptions,
): Beginning => {
  const [startKey, runKey] = splitHostKey(foldHostKey(key, chain), 2);
  const after = resume?.[chain];
  const given = after?.position ?? starts?.[chain];
  const start = given
    ? checkStart(gradient, given, chain, explainStart)
    : (warmup > 0 ? scoutStart : findStart)(gradient, startKey, explainStart);
  if (after) checkSameDensity(after, start.logDensity, chain);
  return { chain, start, key: runKey, ...(after && { after }) };
};

/** All starts are found before any chain runs; the event loop runs between two, and none is looked for once the run is stopped. */
const placeStarts = async (
  beginning: (chain: number) => Beginning,
  count: number,
  shouldStop: () => boolean,
): Promise<Beginning[]> => {
  const beginnings: Beginning[] = [];
  while (beginnings.length < count) {
    if (shouldStop()) return [];
    beginnings.push(beginning(beginnings.length));
    await pause();
  }
  return beginnings;
};

const stoppedAfter = (done: number, total: number): never =>
  fail(`sample: stopped after ${done} of ${total} transitions, before any draw was made`);

const withResult = ({ soFar, ...progress }: Progress, gradients: number, draws: number): ChainsProgress => ({
  ...progress,
  soFar: () => {
    const kept = soFar();
    if (!kept) return undefined;
    const isWhole = kept.length === progress.chains && kept[0].records.diverging.length === draws;
    return resultOf(kept, gradients, !isWhole);
  },
});

/**
 * Several chains of NUTS, or of another kernel, from dispersed starts: one after the other, or on several threads. Chain c draws on
 * `foldHostKey(key, c)` alone: the draws depend on the key and the options, not on rests, on threads or on how many other chains
 * there are. Chains that are resumed make the draws that they would have made next.
 * @throws FluvialError on bad options, where no start has a finite log density, and when stopped before any draw was made.
 */
export const chains = async (gradient: Gradient, key: HostKey, options: ChainsOptions = {}): Promise<ChainsResult> => {
  const { chains: count, ...plan } = checkPlan(gradient, options);
  const { onProgress, signal, restEvery = 50, maxTreeDepth, workers } = options;
  const shouldStop = (): boolean => signal?.aborted === true || options.shouldStop?.() === true;
  const counted = counting(gradient);
  const kernelOf: TunableKernel = options.kernel?.(counted.gradient) ?? nuts(counted.gradient, { maxTreeDepth });
  const begin = (chain: number): Beginning => beginningOf(counted.gradient, key, chain, plan.warmup, options);
  const beginnings = await placeStarts(begin, count, shouldStop);
  if (beginnings.length === 0) stoppedAfter(0, count * (plan.warmup + plan.draws));
  const { ledger, gradients, interrupted } = await runAll(counted.gradient, kernelOf, beginnings, {
    plan,
    workers,
    restEvery,
    onProgress:
      onProgress &&
      ((progress, elsewhere) => onProgress(withResult(progress, counted.count() + elsewhere, plan.draws))),
    shouldStop,
  });
  const kept = ledger.kept();
  if (kept.length === 0) stoppedAfter(ledger.doneInAll(), ledger.total);
  return resultOf(kept, counted.count() + gradients, interrupted);
};
