import type { ChainPlan } from "../chain.ts";
import type { ChainProgress } from "../run.ts";

export interface ChainsProgress {
  /** The chain that this is heard of, from 0. */
  readonly chain: number;
  readonly chains: number;
  /** Transitions of this chain that are done, warm-up included. */
  readonly done: number;
  readonly total: number;
  readonly warmingUp: boolean;
  /** Transitions that are done, all chains together. */
  readonly doneInAll: number;
  /** Divergences after warm-up so far, all chains together. */
  readonly divergences: number;
}

/** What all chains together have done so far. */
export interface Board {
  /** Transitions of all chains, those to come included. */
  readonly total: number;
  doneInAll(): number;
  note(progress: ChainProgress): ChainsProgress;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const board = (chains: number, { warmup, draws }: ChainPlan): Board => {
  const total = warmup + draws;
  const done = new Array<number>(chains).fill(0);
  const divergences = new Array<number>(chains).fill(0);
  return {
    total: chains * total,
    doneInAll: () => sum(done),
    note: (progress) => {
      done[progress.chain] = progress.done;
      divergences[progress.chain] = progress.divergences;
      return { ...progress, chains, total, doneInAll: sum(done), divergences: sum(divergences) };
    },
  };
};
