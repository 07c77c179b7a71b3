import { pause } from "../../core/pause.ts";
import type { Gradient } from "../../engine/engine.ts";
import { coreCount } from "../../engine/workers/thread.ts";
import type { TunableKernel } from "../kernel.ts";
import { type Ledger, openLedger } from "../ledger.ts";
import type { Beginning, ChainPlan } from "../plan.ts";
import { type ChainProgress, runInStretches } from "../run.ts";
import { assignmentOf } from "./assign.ts";
import { type Crew, crew } from "./crew.ts";
import { threadsPay } from "./pays.ts";
import { type ChainsProgress, progressFrom } from "./progress.ts";

export interface RunOptions {
  readonly plan: ChainPlan;
  /** Threads, this one included; where it is left out, as many as pay. */
  readonly workers?: number;
  readonly restEvery: number;
  /** @param gradients those that other threads have evaluated. */
  readonly onProgress?: (progress: ChainsProgress, gradients: number) => void;
  readonly shouldStop: () => boolean;
}

export interface AllRun {
  readonly ledger: Ledger;
  /** Gradients that other threads have evaluated. */
  readonly gradients: number;
  /** Whether it was stopped before all was done. */
  readonly interrupted: boolean;
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
  const ledger = openLedger(beginnings, plan, gradient.size);
  const began = performance.now();
  let gradients = 0;
  let interrupted = false;

  const say = (progress: ChainProgress): void => onProgress?.(progressFrom(progress, ledger), gradients);
  const hearOthers = (): void => {
    for (const { progress, records, gradients: more } of others?.heard() ?? []) {
      gradients += more;
      ledger.note(progress, records);
      say(progress);
    }
  };
  const callOthers = async (): Promise<void> => {
    if (!others || others.started || waiting.length === 0) return;
    if (workers !== undefined || threadsPay(performance.now() - began, ledger.doneInAll(), ledger.total))
      await others.start();
  };
  /** Lets the event loop run, then asks whether to go on. */
  const rest = async (waited: Promise<void> | undefined): Promise<void> => {
    await waited;
    hearOthers();
    interrupted = !ledger.isComplete() && shouldStop();
  };
  const runHere = async (beginning: Beginning): Promise<void> => {
    const records = ledger.recordsOf(beginning.chain);
    for (const progress of runInStretches(gradient, kernelOf, beginning, plan, records, restEvery)) {
      ledger.note(progress);
      say(progress);
      await rest(pause());
      if (interrupted) return;
      await callOthers();
    }
  };

  try {
    interrupted = shouldStop();
    while (!interrupted && !ledger.isComplete()) {
      const next = waiting.shift();
      if (next) {
        await callOthers();
        await runHere(next);
      } else await rest(others?.wait());
    }
  } finally {
    others?.end();
  }
  return { ledger, gradients, interrupted };
};
