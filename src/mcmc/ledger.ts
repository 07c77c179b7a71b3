import type { KernelReport, TuningData } from "./kernel.ts";
import { type Beginning, type ChainPlan, drawKeyOf, firstDrawOf } from "./plan.ts";
import { emptyRecords, keepRecords, type Records, sliceRecords } from "./records.ts";
import { type ChainProgress, transitionsOf } from "./run.ts";
import type { ChainState } from "./state.ts";

/** What has come of one chain so far. */
interface Entry {
  readonly beginning: Beginning;
  progress: ChainProgress;
  records?: Records;
  tuning?: TuningData;
  memory?: Float64Array;
  report?: KernelReport;
}

export type ChainPhase = "waiting" | "warm-up" | "sampling" | "done";

/** How far one chain is. */
export interface ChainStatus {
  readonly phase: ChainPhase;
  /** Transitions that are done, warm-up included. */
  readonly done: number;
  readonly total: number;
  /** Draws kept so far. */
  readonly draws: number;
  /** Divergences after warm-up. */
  readonly divergences: number;
  /** The step size at present; NaN before the first transition. */
  readonly stepSize: number;
}

/** Some draws of one chain, and where it stands after them. */
export interface KeptChain {
  readonly chain: number;
  readonly records: Records;
  readonly tuning: TuningData;
  /** Not there where draws were cut off and the kernel needs more than the last of them to go on. */
  readonly state?: ChainState;
  readonly report?: KernelReport;
}

/** What all chains together have done: the one place where draws are gathered, whichever thread made them. */
export interface Ledger {
  readonly total: number;
  /** Room for a chain's draws, to be written into by whoever runs it here. */
  recordsOf(chain: number): Records;
  /** Takes in how far a chain has come; `records` are its new draws, where another thread made them. */
  note(progress: ChainProgress, records?: Records): void;
  doneInAll(): number;
  isComplete(): boolean;
  statuses(): readonly ChainStatus[];
  /**
   * Copies of the draws so far, of equal length: where the chains are not equally far, those and as many of each as are the most draws
   * in all. None where there is no draw.
   */
  kept(): readonly KeptChain[];
}

const untouched = (chain: number): ChainProgress => ({
  chain,
  done: 0,
  drawn: 0,
  warmingUp: true,
  divergences: 0,
  stepSize: Number.NaN,
});

/** The length at which cutting chains to it, and leaving out shorter ones, keeps the most draws. */
export const bestLength = (lengths: readonly number[]): number => {
  const inOrder = [...lengths].sort((a, b) => b - a);
  const kept = inOrder.map((length, i) => length * (i + 1));
  return inOrder[kept.lastIndexOf(Math.max(...kept))];
};

const stateAfter = (
  { beginning, progress, memory }: Entry,
  { draws, logDensity, diverging }: Records,
  tuning: TuningData,
): ChainState | undefined => {
  const count = diverging.length;
  if (memory && count < progress.drawn) return undefined;
  const [k0, k1] = drawKeyOf(beginning);
  return {
    position: draws.slice(draws.length - draws.length / count),
    logDensity: logDensity[count - 1],
    ...tuning,
    drawsDone: firstDrawOf(beginning) + count,
    key: [k0, k1],
    ...(memory && { memory }),
  };
};

export const openLedger = (beginnings: readonly Beginning[], plan: ChainPlan, size: number): Ledger => {
  const each = transitionsOf(plan);
  const total = beginnings.length * each;
  const entries = beginnings.map((beginning): Entry => ({ beginning, progress: untouched(beginning.chain) }));
  const recordsOf = (chain: number): Records => {
    entries[chain].records ??= emptyRecords(plan.draws, size);
    return entries[chain].records;
  };
  const phaseOf = ({ done, drawn }: ChainProgress): ChainPhase => {
    if (done === 0) return "waiting";
    if (done === each) return "done";
    return drawn > 0 || done === plan.warmup ? "sampling" : "warm-up";
  };
  const doneInAll = (): number => entries.reduce((sum, { progress }) => sum + progress.done, 0);
  return {
    total,
    recordsOf,
    note: (progress, records) => {
      const entry = entries[progress.chain];
      if (records) keepRecords(recordsOf(progress.chain), entry.progress.drawn, records);
      entry.progress = progress;
      entry.tuning ??= progress.tuning;
      entry.memory = progress.memory ?? entry.memory;
      entry.report = progress.report ?? entry.report;
    },
    doneInAll,
    isComplete: () => doneInAll() === total,
    statuses: () =>
      entries.map(({ progress }) => ({
        phase: phaseOf(progress),
        done: progress.done,
        total: each,
        draws: progress.drawn,
        divergences: progress.divergences,
        stepSize: progress.stepSize,
      })),
    kept: () => {
      const length = bestLength(entries.map(({ progress }) => progress.drawn));
      if (length === 0) return [];
      return entries.flatMap((entry): KeptChain[] => {
        const { progress, records, tuning, beginning, report } = entry;
        if (progress.drawn < length || !records || !tuning) return [];
        const cut = sliceRecords(records, 0, length);
        return [{ chain: beginning.chain, records: cut, tuning, state: stateAfter(entry, cut, tuning), report }];
      });
    },
  };
};
