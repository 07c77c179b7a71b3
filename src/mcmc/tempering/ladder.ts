/** Inverse temperatures of replicas, from 1 down. */
export type Ladder = readonly number[];

/** 1 down to 1 / hottest in equal ratios. */
export const geometricLadder = (rungs: number, hottest: number): Ladder =>
  Array.from({ length: rungs }, (_, k) => (rungs === 1 ? 1 : hottest ** (-k / (rungs - 1))));

/** Chance that neighbours swap: min(1, exp((β − β′)(log p(x′) − log p(x))). Geyer 1991. */
export const swapChance = (ladder: Ladder, k: number, logDensities: readonly number[]): number =>
  Math.min(1, Math.exp((ladder[k] - ladder[k + 1]) * (logDensities[k + 1] - logDensities[k])));

/** Rejected swaps, as means of 1 − chance per pair of neighbours. */
export interface SwapRates {
  note(pair: number, chance: number): void;
  /** Mean chance of a swap per pair; NaN where none was tried. */
  rates(): number[];
}

export const swapRates = (rungs: number): SwapRates => {
  const tried = new Array<number>(rungs - 1).fill(0);
  const chances = new Array<number>(rungs - 1).fill(0);
  return {
    note: (pair, chance) => {
      tried[pair]++;
      chances[pair] += chance;
    },
    rates: () => chances.map((sum, pair) => sum / tried[pair]),
  };
};

/**
 * The ladder, between the same ends, on which all neighbours would swap equally often: rejections add up along the ladder to the
 * communication barrier, which is cut into equal parts. Between old rungs the barrier is linear in log β. Syed, Bouchard-Côté,
 * Deligiannidis & Doucet 2022, section 4.
 */
export const levelled = (ladder: Ladder, rates: readonly number[]): Ladder => {
  const barrier = [0];
  for (const rate of rates) barrier.push(barrier[barrier.length - 1] + Math.max(1e-3, 1 - (rate || 0)));
  const last = ladder.length - 1;
  return ladder.map((beta, k) => {
    if (k === 0 || k === last) return beta;
    const wanted = (barrier[last] * k) / last;
    const at = barrier.findIndex((sum) => sum >= wanted) - 1;
    const part = (wanted - barrier[at]) / (barrier[at + 1] - barrier[at]);
    return Math.exp((1 - part) * Math.log(ladder[at]) + part * Math.log(ladder[at + 1]));
  });
};

/** How replicas wander between the ends of a ladder. */
export interface RoundTrips {
  /** The replicas on rungs k and k + 1 change places. */
  swap(k: number): void;
  /** Looks at who stands at the ends. */
  look(): void;
  /** Times that a replica has come back to the cold end from the hot one. */
  count(): number;
}

export const roundTrips = (rungs: number): RoundTrips => {
  const replicas = Array.from({ length: rungs }, (_, k) => k);
  const wasHot = new Array<boolean>(rungs).fill(false);
  let count = 0;
  return {
    swap: (k) => {
      [replicas[k], replicas[k + 1]] = [replicas[k + 1], replicas[k]];
    },
    look: () => {
      wasHot[replicas[rungs - 1]] = rungs > 1;
      if (wasHot[replicas[0]]) count++;
      wasHot[replicas[0]] = false;
    },
    count: () => count,
  };
};
