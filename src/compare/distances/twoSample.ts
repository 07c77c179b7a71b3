import type { HostKey } from "../../core/key.ts";
import { type DistanceEstimate, meanNull, pValue, varianceOf } from "./estimate.ts";
import type { Pairwise } from "./pairwise.ts";
import { overPermutations } from "./permute.ts";

/** Sums of a kernel over the pairs of the points that come first in an order, of the others, and between. */
interface Sums {
  readonly first: number;
  readonly between: number;
  readonly second: number;
}

const sumsOf = ({ count, values }: Pairwise, rows: Float64Array, total: number, order: Int32Array, n: number): Sums => {
  // In order, so that the matrix is read from front to back.
  const chosen = order.slice(0, n).sort();
  let [first, sum] = [0, 0];
  for (let i = 0; i < n; i++) {
    const row = chosen[i] * count;
    sum += rows[chosen[i]];
    for (let j = 0; j < i; j++) first += values[row + chosen[j]];
  }
  const between = sum - 2 * first;
  return { first: 2 * first, between, second: total - 2 * between - 2 * first };
};

const statistic = ({ first, between, second }: Sums, n: number, m: number): number =>
  first / (n * (n - 1)) + second / (m * (m - 1)) - (2 * between) / (n * m);

/**
 * First-order influence of every point: the mean of the kernel to the others of its own set less that to the other set. Their variances
 * give that of the U-statistic. Gretton et al. 2012, corollary 16; Serfling 1980, section 5.5.
 */
const influenceVariance = ({ count, values }: Pairwise, n: number): number => {
  const m = count - n;
  const influence = Float64Array.from({ length: count }, (_, i) => {
    let [mine, theirs] = [0, 0];
    for (let j = 0; j < n; j++) mine += values[i * count + j];
    for (let j = n; j < count; j++) theirs += values[i * count + j];
    return i < n ? mine / (n - 1) - theirs / m : theirs / (m - 1) - mine / n;
  });
  return (4 * varianceOf(influence.subarray(0, n))) / n + (4 * varianceOf(influence.subarray(n))) / m;
};

/**
 * The U-statistic E k(x, x′) + E k(y, y′) − 2 E k(x, y) of a kernel, unbiased, with a p-value by permutations and the standard error: first
 * order from influences, second order as large as among the permutations. Gretton et al. 2012, eq. 3; for k = −‖x − y‖ it is the energy
 * distance (Székely & Rizzo 2013).
 * @param kernel between all points, those of one set first: n of them.
 */
export const kernelDistance = (
  name: string,
  kernel: Pairwise,
  n: number,
  permutations: number,
  key: HostKey,
): DistanceEstimate => {
  const { count, values } = kernel;
  const m = count - n;
  const rows = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < count; j++) sum += values[i * count + j];
    return sum;
  });
  const total = rows.reduce((sum, row) => sum + row, 0);
  const at = (order: Int32Array): number => statistic(sumsOf(kernel, rows, total, order, n), n, m);
  const value = at(Int32Array.from({ length: count }, (_, i) => i));
  const nulls = overPermutations(count, permutations, key, at);
  // Influences of n points have a variance of their own rounding where there is no first order; that of the permutations is then all.
  const first = Math.max(0, influenceVariance(kernel, n) - 2 * varianceOf(nulls));
  return {
    name,
    value,
    error: Math.sqrt(first + varianceOf(nulls)),
    ifSame: meanNull(nulls),
    p: pValue(value, nulls),
  };
};
