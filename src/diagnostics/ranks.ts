import { normalQuantile } from "../core/special/normal.ts";
import type { Flat } from "./flat.ts";
import { folded, type Ordered, orderOf } from "./order.ts";
import { medianOfSorted } from "./quantile.ts";

/** Φ⁻¹((rank − 3/8)/(count + 1/4)). Blom 1958. */
const normalScore = (rank: number, count: number): number => normalQuantile((rank - 0.375) / (count + 0.25));

/** The normal scores of the ranks 1, 2, … count. */
export const normalScores = (count: number): Float64Array => {
  const scores = new Float64Array(count);
  for (let low = 0, high = count - 1; low < high; low++, high--) {
    scores[low] = normalScore(low + 1, count);
    scores[high] = -scores[low];
  }
  return scores;
};

const fillScores = ({ order, ascending }: Ordered, ofRank: Float64Array, scores: Float64Array): void => {
  for (let from = 0; from < order.length; ) {
    const value = ascending[from];
    let to = from + 1;
    while (to < order.length && ascending[to] === value) to++;
    const score = to === from + 1 ? ofRank[from] : normalScore((from + 1 + to) / 2, order.length);
    for (; from < to; from++) scores[order[from]] = Number.isNaN(value) ? value : score;
  }
};

/** The normal score of every value, from those of the ranks; ties share that of their mean rank; NaN stays NaN. */
const scored = (ordered: Ordered, ofRank: Float64Array): Float64Array => {
  const scores = new Float64Array(ofRank.length);
  fillScores(ordered, ofRank, scores);
  return scores;
};

/** Normal scores of draws among all draws, and of their distances from the median. */
export interface Scores {
  readonly bulk: Flat;
  readonly fold: Flat;
}

/** Both kinds of scores, by the scores `ofRank` of all ranks. Vehtari et al. 2021. */
export const scoresOf = (ordered: Ordered, chains: number, ofRank: Float64Array): Scores => ({
  bulk: { values: scored(ordered, ofRank), chains },
  fold: { values: scored(folded(ordered, medianOfSorted(ordered.ascending)), ofRank), chains },
});

/** Every draw's normal score among all chains' draws. */
export const rankNormalised = ({ values, chains }: Flat): Flat => ({
  values: scored(orderOf(values), normalScores(values.length)),
  chains,
});
