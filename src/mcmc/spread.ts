import { conditionThrough, correlationOf } from "./correlation.ts";
import type { MetricData, MetricKind } from "./metric.ts";

/** The spread of a stream of positions, as the metric it makes. Welford 1962. */
export interface RunningSpread {
  add(position: ArrayLike<number>): void;
  /** Shrunk as if five more draws had spoken for independence: variances towards 10⁻³, as in Stan; covariances by their own scale. */
  regularised(): MetricData;
}

/** Shrinks a sum of squared deviations of `count` draws; off the diagonal there is nothing to shrink towards. */
const shrunk = (sum: number, count: number, towards: number): number =>
  ((count / (count - 1)) * sum + 5 * towards) / (count + 5);

const floor = 1e-3;

/** Variances of a stream of positions. */
export const runningVariance = (size: number): RunningSpread => {
  let count = 0;
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  return {
    add: (position) => {
      count++;
      for (let i = 0; i < size; i++) {
        const difference = position[i] - mean[i];
        mean[i] += difference / count;
        squares[i] += difference * (position[i] - mean[i]);
      }
    },
    regularised: () => ({ kind: "diagonal", variances: squares.map((sum) => shrunk(sum, count, floor)) }),
  };
};

interface Products {
  add(position: ArrayLike<number>): void;
  /** The covariance matrix of `count` positions. */
  read(): { readonly count: number; readonly covariance: Float64Array };
}

const runningProducts = (size: number): Products => {
  let count = 0;
  const mean = new Float64Array(size);
  const difference = new Float64Array(size);
  const products = new Float64Array(size * size);
  return {
    add: (position) => {
      count++;
      for (let i = 0; i < size; i++) {
        difference[i] = position[i] - mean[i];
        mean[i] += difference[i] / count;
      }
      for (let i = 0; i < size; i++) {
        const now = position[i] - mean[i];
        for (let j = 0; j <= i; j++) products[i * size + j] += now * difference[j];
      }
    },
    read: () => ({
      count,
      covariance: products.map((_, at) => {
        const [i, j] = [Math.floor(at / size), at % size];
        return products[Math.max(i, j) * size + Math.min(i, j)] / (count - 1);
      }),
    }),
  };
};

/** Variances shrunk as those of the diagonal metric. */
const variancesOf = (covariance: Float64Array, count: number, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => shrunk((count - 1) * covariance[i * size + i], count, floor));

/**
 * A covariance matrix with its correlations shrunk by 10⁻³, weighed as five more draws: relative to each coordinate's own variance, since
 * an absolute floor (Stan's) would drown a narrow valley between coordinates of small scale. A matrix that has a variance of 0 becomes
 * diagonal.
 */
const shrunkCovariance = (covariance: Float64Array, count: number, size: number): MetricData => {
  if (!correlationOf(covariance, size)) return { kind: "diagonal", variances: variancesOf(covariance, count, size) };
  const weight = count / (count + 5);
  const more = (5 * floor) / (count + 5);
  const onDiagonal = (at: number): boolean => at % (size + 1) === 0;
  return { kind: "dense", covariance: covariance.map((each, at) => each * (onDiagonal(at) ? weight + more : weight)) };
};

/** Draws per coordinate that a covariance matrix takes at the least: with fewer, noise makes some directions all but flat. */
const leastPerCoordinate = 2;

/** The covariance matrix of a stream of positions; of too short a one, the variances. */
export const runningCovariance = (size: number): RunningSpread => {
  const { add, read } = runningProducts(size);
  return {
    add,
    regularised: () => {
      const { count, covariance } = read();
      return count < leastPerCoordinate * size
        ? { kind: "diagonal", variances: variancesOf(covariance, count, size) }
        : shrunkCovariance(covariance, count, size);
    },
  };
};

/** Coordinates up to which correlations are looked at: beyond, a dense step costs more than it saves as a rule. */
export const mostCorrelated = 64;
/** Draws that a covariance matrix needs at the least, in all and for every coordinate. */
const least = { draws: 50, perCoordinate: 4 };
/** How many times as long as it is wide a density must be for a dense metric to pay, squared: trajectories twice as long without it. */
const gain = 4;

/** The covariance matrix of some positions. */
const covarianceOf = (positions: readonly Float64Array[], size: number): Float64Array => {
  const { add, read } = runningProducts(size);
  positions.forEach(add);
  return read().covariance;
};

/** Whether draws look rounder through the covariance of others than through their variances, by enough to pay. */
const foretold = (seen: readonly Float64Array[], others: readonly Float64Array[], size: number): boolean => {
  const [known, held] = [seen, others].map((positions) => covarianceOf(positions, size));
  const shrunken = shrunkCovariance(known, seen.length, size);
  if (shrunken.kind !== "dense") return false;
  const variances = known.map((each, at) => (at % (size + 1) === 0 ? each : 0));
  return conditionThrough(variances, held, size) > gain * conditionThrough(shrunken.covariance, held, size);
};

/**
 * Whether a dense metric pays: each half of the draws foretells of the other that its covariance matrix makes it much rounder than its
 * variances do. What only a few draws say, as in a funnel or in heavy tails, or a drift, foretells nothing.
 */
export const paysDense = (positions: readonly Float64Array[], size: number): boolean => {
  if (size < 2 || positions.length < Math.max(least.draws, least.perCoordinate * size)) return false;
  const middle = positions.length >> 1;
  const [first, second] = [positions.slice(0, middle), positions.slice(middle)];
  return foretold(first, second, size) && foretold(second, first, size);
};

/** Variances, or the covariance matrix where the coordinates hang together so much that it pays. */
export const runningChoice = (size: number): RunningSpread => {
  if (size > mostCorrelated) return runningVariance(size);
  const positions: Float64Array[] = [];
  return {
    add: (position) => {
      positions.push(Float64Array.from(position));
    },
    regularised: () => {
      const count = positions.length;
      const covariance = covarianceOf(positions, size);
      return paysDense(positions, size)
        ? shrunkCovariance(covariance, count, size)
        : { kind: "diagonal", variances: variancesOf(covariance, count, size) };
    },
  };
};

/** What gathers the spread for each kind of metric; nothing where it is not adapted. */
export const spreadFor: Readonly<Record<MetricKind, ((size: number) => RunningSpread) | undefined>> = {
  auto: runningChoice,
  diagonal: runningVariance,
  dense: runningCovariance,
  unit: undefined,
};
