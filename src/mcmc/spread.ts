import type { MetricData, MetricKind } from "./metric.ts";

/** The spread of a stream of positions, as the metric it makes. Welford 1962. */
export interface RunningSpread {
  add(position: ArrayLike<number>): void;
  /** Shrunk towards 10⁻³ (times the identity) as if five more draws had said so (Stan's regularisation). */
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

/** The covariance matrix of a stream of positions. */
export const runningCovariance = (size: number): RunningSpread => {
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
    regularised: () => {
      const covariance = new Float64Array(size * size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j <= i; j++)
          covariance[i * size + j] = covariance[j * size + i] = shrunk(
            products[i * size + j],
            count,
            i === j ? floor : 0,
          );
      return { kind: "dense", covariance };
    },
  };
};

/** What gathers the spread for each kind of metric; nothing where it is not adapted. */
export const spreadFor = {
  diagonal: runningVariance,
  dense: runningCovariance,
  unit: undefined,
} satisfies Record<MetricKind, ((size: number) => RunningSpread) | undefined>;
