/** Sums of normal kernels over whitened points, on the host and exact. */

import type { Rows } from "./samples.ts";

const squaredDistance = (a: Float64Array, at: number, b: Float64Array, from: number, size: number): number => {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += (a[at + j] - b[from + j]) ** 2;
  return sum;
};

/** Squared distances of one row to all points, written into `out`, and the least of them. */
export const distancesFrom = (rows: Rows, row: number, points: Rows, out: Float64Array | Float32Array): number => {
  const { size, values } = points;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.count; i++) {
    out[i] = squaredDistance(rows.values, row * size, values, i * size, size);
    if (out[i] < least) least = out[i];
  }
  return least;
};

/** log mean exp(−d / (2 h²)) over squared distances d from `from` to `to`, of which `least` is the least. */
export const logMeanKernel = (
  distances: Float64Array | Float32Array,
  from: number,
  to: number,
  least: number,
  width: number,
): number => {
  if (least === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  // No more than numbers hold: a kernel so narrow is 0 everywhere but at its point.
  const scale = -Math.min(0.5 / width ** 2, Number.MAX_VALUE);
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp((distances[i] - least) * scale);
  return Math.log(sum / (to - from)) + least * scale;
};
