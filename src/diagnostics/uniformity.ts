import { checkCount, fail } from "../core/check.ts";
import { incompleteGammaUpper } from "../core/special/incompleteGamma.ts";
import { binomialProbabilities, logFactorials, type Tails, tailsOf } from "./binomial.ts";

/** Places at which the distribution of ranks is looked at, at the most. */
const mostPoints = 100;

/**
 * What is known of the empirical distribution of `count` ranks that are uniform on 0 … draws: the number of ranks below `cuts[i]` is
 * binomial with probability `levels[i]`.
 */
export interface RankLaw {
  readonly count: number;
  /** Ascending ranks. */
  readonly cuts: readonly number[];
  readonly levels: readonly number[];
  readonly tails: readonly Tails[];
  readonly logs: Float64Array;
}

const evenly = (draws: number): number[] => {
  const points = Math.min(draws, mostPoints);
  return Array.from({ length: points }, (_, i) => Math.round(((i + 1) * draws) / points));
};

/** @param count of ranks. @param draws that each of them is a rank among: 0 … draws. */
export const rankLaw = (count: number, draws: number): RankLaw => {
  checkCount("ranks: count", count);
  checkCount("ranks: draws", draws);
  const cuts = evenly(draws);
  const levels = cuts.map((cut) => cut / (draws + 1));
  const logs = logFactorials(count);
  return {
    count,
    cuts,
    levels,
    logs,
    tails: levels.map((level) => tailsOf(binomialProbabilities(count, level, logs))),
  };
};

/** How many ranks lie below each cut. */
export const countsBelow = (ranks: ArrayLike<number>, { cuts }: Pick<RankLaw, "cuts">): number[] =>
  cuts.map((cut) => {
    let below = 0;
    for (let i = 0; i < ranks.length; i++) if (ranks[i] < cut) below++;
    return below;
  });

const twoSided = ({ atMost, atLeast }: Tails, k: number): number => 2 * Math.min(atMost[k], atLeast[k]);

/** The counts whose two-sided tail is above γ: the first and the last of them. None where first is beyond last. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const rangeAbove = (tails: Tails, gamma: number): Range => {
  const { length } = tails.atMost;
  let [first, last] = [0, length - 1];
  while (first < length && !(twoSided(tails, first) > gamma)) first++;
  while (last >= 0 && !(twoSided(tails, last) > gamma)) last--;
  return { first, last };
};

/** The law of the next count, given how many of `rest` ranks are still above the last cut. */
const stepInto = (
  { logs }: RankLaw,
  step: number,
  { first, last }: Range,
  from: { readonly first: number; readonly masses: Float64Array },
): Float64Array => {
  const next = new Float64Array(Math.max(0, last - first + 1));
  const [logP, logQ] = [Math.log(step), Math.log1p(-step)];
  const total = logs.length - 1;
  from.masses.forEach((mass, i) => {
    const here = from.first + i;
    const rest = total - here;
    if (mass === 0) return;
    for (let to = Math.max(first, here); to <= last; to++) {
      const more = to - here;
      next[to - first] +=
        mass * Math.exp(logs[rest] - logs[more] - logs[rest - more] + more * logP + (rest - more) * logQ);
    }
  });
  return next;
};

/**
 * The probability that every count stays where its own two-sided tail is above γ, exactly: the counts are a Markov chain.
 * Säilynoja, Bürkner & Vehtari 2022, section 2.2.
 */
export const coverageAt = (law: RankLaw, gamma: number): number => {
  let from: { readonly first: number; readonly masses: Float64Array } = { first: 0, masses: Float64Array.of(1) };
  let before = 0;
  for (const [i, level] of law.levels.entries()) {
    const range = rangeAbove(law.tails[i], gamma);
    if (range.first > range.last) return 0;
    from = { first: range.first, masses: stepInto(law, (level - before) / (1 - before), range, from) };
    before = level;
  }
  return Math.min(
    1,
    from.masses.reduce((sum, mass) => sum + mass, 0),
  );
};

/** Below this the exact p-value would be rounding. */
const smallestExact = 1e-11;

/**
 * The p-value of ranks against the uniform distribution on 0 … draws, by the largest departure of their empirical distribution function,
 * each measured by its own two-sided tail: below α exactly where the function leaves the simultaneous band of level 1 − α. Exact above
 * 1e-11; below, an upper bound (Bonferroni's). Säilynoja, Bürkner & Vehtari 2022.
 */
export const uniformityP = (ranks: ArrayLike<number>, law: RankLaw): number => {
  const counts = countsBelow(ranks, law);
  const gamma = Math.min(...counts.map((count, i) => twoSided(law.tails[i], count)));
  const p = 1 - coverageAt(law, gamma);
  return p > smallestExact ? p : Math.min(smallestExact, law.cuts.length * gamma);
};

/** A band that holds the whole empirical distribution function: smallest and largest share of ranks below each cut. */
export interface RankBand {
  readonly cuts: readonly number[];
  readonly levels: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** The probability that uniform ranks stay inside: at least the level that was asked for. */
  readonly coverage: number;
}

/**
 * The narrowest band, equal two-sided tails at every cut, that holds uniform ranks with a probability of at least `level`.
 * Säilynoja, Bürkner & Vehtari 2022, section 2.2.
 */
export const rankBand = (law: RankLaw, level: number): RankBand => {
  if (!(level > 0 && level < 1)) fail(`ranks: level: expected a number between 0 and 1, got ${level}`);
  let [low, high] = [Math.log((1 - level) / law.cuts.length) - 2, Math.log(1 - level)];
  for (let turn = 0; turn < 20; turn++) {
    const middle = (low + high) / 2;
    if (coverageAt(law, Math.exp(middle)) >= level) low = middle;
    else high = middle;
  }
  const gamma = Math.exp(low);
  const ranges = law.tails.map((tails) => rangeAbove(tails, gamma));
  return {
    cuts: law.cuts,
    levels: law.levels,
    lower: ranges.map(({ first }) => first / law.count),
    upper: ranges.map(({ last }) => last / law.count),
    coverage: coverageAt(law, gamma),
  };
};

/** The largest number of classes, of at most `most`, that ranks 0 … draws fall into evenly. */
export const evenClasses = (draws: number, most: number): number => {
  for (let classes = Math.min(most, draws + 1); classes > 1; classes--) if ((draws + 1) % classes === 0) return classes;
  return Math.min(most, draws + 1);
};

/** How many ranks 0 … draws fall into each of `classes` neighbouring classes. */
export const rankHistogram = (ranks: ArrayLike<number>, draws: number, classes: number): number[] => {
  const counts = Array<number>(classes).fill(0);
  for (let i = 0; i < ranks.length; i++) counts[Math.floor((ranks[i] * classes) / (draws + 1))]++;
  return counts;
};

/** How many of the ranks 0 … draws each class takes. */
const classSizes = (draws: number, classes: number): number[] =>
  rankHistogram(
    Int32Array.from({ length: draws + 1 }, (_, rank) => rank),
    draws,
    classes,
  );

/** Pearson's chi-square p-value of ranks against the uniform distribution, in about 20 classes, each of 5 expected ranks or more. */
export const chiSquareP = (ranks: ArrayLike<number>, draws: number): number => {
  const classes = evenClasses(draws, Math.max(2, Math.min(20, Math.floor(ranks.length / 5))));
  const sizes = classSizes(draws, classes);
  const counts = rankHistogram(ranks, draws, classes);
  const statistic = counts.reduce((sum, count, i) => {
    const expected = (ranks.length * sizes[i]) / (draws + 1);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return incompleteGammaUpper((classes - 1) / 2, statistic / 2);
};

/** Standard scores of two features of ranks, about normal(0, 1) where they are uniform. */
export interface RankShape {
  /** Of the mean: above 0 where ranks are large. */
  readonly slope: number;
  /** Of the mean squared distance from the middle: above 0 for ∪, below for ∩. */
  readonly bow: number;
}

export const rankShape = (ranks: ArrayLike<number>, draws: number): RankShape => {
  const count = ranks.length;
  const distances = Float64Array.from(ranks, (rank) => (rank + 0.5) / (draws + 1) - 0.5);
  const all = Float64Array.from({ length: draws + 1 }, (_, rank) => (rank + 0.5) / (draws + 1) - 0.5);
  const momentOf = (values: Float64Array, power: number): number =>
    values.reduce((sum, x) => sum + x ** power, 0) / values.length;
  const [second, fourth] = [momentOf(all, 2), momentOf(all, 4)];
  return {
    slope: momentOf(distances, 1) / Math.sqrt(second / count),
    bow: (momentOf(distances, 2) - second) / Math.sqrt(Math.max(fourth - second ** 2, Number.MIN_VALUE) / count),
  };
};
