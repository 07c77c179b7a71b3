/** What runs in a page: chains on one thread and on three. */
import { hostKey } from "../../src/core/key.ts";
import { type ChainsProgress, chains } from "../../src/mcmc/chains.ts";
import { aroundData } from "../mcmc/densitiesCompiled.ts";

export interface Outcome {
  /** Whether the draws were the same, bit by bit. */
  readonly same: boolean;
  /** How often an earlier chain was heard of after a later one. */
  readonly outOfTurn: number;
}

export const program = async (): Promise<Outcome> => {
  const gradient = aroundData();
  const options = { chains: 3, draws: 300_000, restEvery: 5 };
  const alone = await chains(gradient, hostKey(1), { ...options, workers: 1 });
  const seen: ChainsProgress[] = [];
  const threaded = await chains(gradient, hostKey(1), {
    ...options,
    workers: 3,
    onProgress: (progress) => seen.push(progress),
  });
  return {
    same: threaded.draws.every((draws, chain) => draws.every((value, i) => Object.is(value, alone.draws[chain][i]))),
    outOfTurn: seen.filter(({ chain }, i) => i > 0 && chain < seen[i - 1].chain).length,
  };
};
