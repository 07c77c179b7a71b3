import type { ChainStatus, KeptChain, Ledger } from "../ledger.ts";
import type { ChainProgress } from "../run.ts";

export interface ChainsProgress<Result = readonly KeptChain[]> {
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
  /** Every chain. */
  readonly perChain: readonly ChainStatus[];
  /** The result if all were stopped when this is called; undefined where there is no draw yet. Copies the draws. */
  soFar(): Result | undefined;
}

/** What to say when `ledger` has taken in how far a chain has come. */
export const progressFrom = ({ chain, done, warmingUp }: ChainProgress, ledger: Ledger): ChainsProgress => {
  const perChain = ledger.statuses();
  return {
    chain,
    chains: perChain.length,
    done,
    total: perChain[chain].total,
    warmingUp,
    doneInAll: ledger.doneInAll(),
    divergences: perChain.reduce((sum, { divergences }) => sum + divergences, 0),
    perChain,
    soFar: () => {
      const kept = ledger.kept();
      return kept.length > 0 ? kept : undefined;
    },
  };
};
