import { fail } from "../../core/check.ts";
import { pause } from "../../core/pause.ts";
import type { Gradient } from "../../engine/engine.ts";
import { coreCount } from "../../engine/workers/thread.ts";
import type { ChainPlan } from "../chain.ts";
import type { TunableKernel } from "../kernel.ts";
import { type Beginning, runInStretches } from "../run.ts";
import { assignmentOf } from "./assign.ts";
import { type Crew, crew } from "./crew.ts";
import { type PlainChain, plainChain } from "./messages.ts";
import { threadsPay } from "./pays.ts";
import { board, type ChainsProgress } from "./progress.ts";

export interface RunOptions {
  readonly plan: ChainPlan;
  /** Threads, this one included; where it is left out, as many as pay. */
  readonly workers?: number;
  readonly restEvery: number;
  readonly onProgress?: (progress: ChainsProgress) => void;
  readonly shouldStop?: () => boolean;
}

export interface AllRun {
  /** In the order of their beginnings. */
  readonly chains: readonly PlainChain[];
  /** Gradients that other threads have evaluated. */
  readonly gradients: number;
}

const warn = (message: string): void => console.warn(`fluvial: ${message}`);

const crewFor = (
  gradient: Gradient,
  kernelOf: TunableKernel,
  waiting: Beginning[],
  { plan, workers = coreCount(), restEvery }: RunOptions,
): Crew | undefined => {
  const assignment = assignmentOf(gradient, kernelOf, plan, restEvery);
  const most = Math.min(workers, waiting.length) - 1;
  return assignment && most > 0 ? crew({ waiting, assignment, most, warn }) : undefined;
};

/** Runs chains on this thread and, where there are any and they pay, on others: each takes the next one that waits. */
export const runAll = async (
  gradient: Gradient,
  kernelOf: TunableKernel,
  beginnings: readonly Beginning[],
  options: RunOptions,
): Promise<AllRun> => {
  const { plan, workers, restEvery, onProgress, shouldStop } = options;
  const waiting = [...beginnings];
  const others = crewFor(gradient, kernelOf, waiting, options);
  const { note, doneInAll, total } = board(beginnings.length, plan);
  const finished = new Map<number, PlainChain>();
  const began = performance.now();
  let gradients = 0;

  const hearOthers = (): void => {
    for (const report of others?.heard() ?? []) {
      if (report.kind === "progress") onProgress?.(note(report.progress));
      else {
        gradients += report.gradients;
        finished.set(report.chain, report.result);
      }
    }
  };
  const callOthers = async (): Promise<void> => {
    if (!others || others.started || waiting.length === 0) return;
    if (workers !== undefined || threadsPay(performance.now() - began, doneInAll(), total)) await others.start();
  };
  const runHere = async (beginning: Beginning): Promise<void> => {
    const run = runInStretches(gradient, kernelOf, beginning, plan, restEvery);
    let step = run.next();
    for (; !step.done; step = run.next()) {
      const { chain, done } = step.value;
      onProgress?.(note(step.value));
      await pause();
      hearOthers();
      if (shouldStop?.())
        fail(`sample: stopped in chain ${chain + 1} after ${done} of ${plan.warmup + plan.draws} transitions`);
      await callOthers();
    }
    finished.set(beginning.chain, plainChain(step.value));
  };

  try {
    while (finished.size < beginnings.length) {
      const next = waiting.shift();
      if (next) {
        await callOthers();
        await runHere(next);
      } else {
        await others?.wait();
        hearOthers();
        if (shouldStop?.()) fail(`sample: stopped after ${doneInAll()} of ${total} transitions, all chains together`);
      }
    }
  } finally {
    others?.end();
  }
  return { chains: beginnings.map(({ chain }) => finished.get(chain) as PlainChain), gradients };
};
