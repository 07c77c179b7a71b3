import { type HostKey, hostUniforms, splitHostKey } from "../../core/key.ts";
import { normalsFrom } from "../../mcmc/random.ts";
import { type DistanceEstimate, meanNull, pValue } from "./estimate.ts";
import { overPermutations } from "./permute.ts";
import type { Points } from "./points.ts";

/** All points along one direction, in order. */
interface Slice {
  /** Ascending. */
  readonly values: Float64Array;
  /** The number of the point at each place. */
  readonly points: Int32Array;
}

const directionsOf = (size: number, count: number, key: HostKey): Float64Array[] => {
  if (size === 1) return [Float64Array.of(1)];
  const normal = normalsFrom(hostUniforms(key));
  return Array.from({ length: count }, () => {
    const direction = Float64Array.from({ length: size }, normal);
    const length = Math.hypot(...direction);
    return direction.map((each) => each / length);
  });
};

const sliceOf = ({ count, size, values: x }: Points, direction: Float64Array): Slice => {
  const along = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += x[i * size + k] * direction[k];
    return sum;
  });
  const points = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => along[a] - along[b]);
  return { points, values: Float64Array.from(points, (point) => along[point]) };
};

/** Σ |x_(i) − y_(i)|^power / n over one slice; `side` is 1 for one set, 2 for the other, 0 for points that are left out. */
const sliceCost = ({ values, points }: Slice, side: Uint8Array, power: 1 | 2, buffer: Float64Array): number => {
  let [pushed, taken, sum, pairs, ahead] = [0, 0, 0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const own = side[points[at]];
    if (own === 0) continue;
    // Points wait in the buffer until one of the other set comes: the k-th of one meets the k-th of the other.
    if (pushed === taken || own === ahead) {
      ahead = own;
      buffer[pushed++] = values[at];
    } else {
      const gap = values[at] - buffer[taken++];
      sum += power === 1 ? gap : gap * gap;
      pairs++;
    }
  }
  return sum / pairs;
};

const cost = (slices: readonly Slice[], side: Uint8Array, power: 1 | 2, buffer: Float64Array): number => {
  let sum = 0;
  for (const slice of slices) sum += sliceCost(slice, side, power, buffer);
  return power === 1 ? sum / slices.length : Math.sqrt(sum / slices.length);
};

/** Groups of points that the jackknife leaves out. */
const groups = 20;

/** Delete-a-group jackknife standard error. Efron & Tibshirani 1993, chapter 11. */
const jackknife = (slices: readonly Slice[], n: number, power: 1 | 2, buffer: Float64Array): number => {
  const parts = Math.min(groups, n);
  const left = Float64Array.from({ length: parts }, (_, group) => {
    const side = Uint8Array.from({ length: 2 * n }, (__, i) =>
      Math.floor(((i % n) * parts) / n) === group ? 0 : i < n ? 1 : 2,
    );
    return cost(slices, side, power, buffer);
  });
  const centre = meanNull(left);
  return Math.sqrt(((parts - 1) / parts) * left.reduce((sum, each) => sum + (each - centre) ** 2, 0));
};

/**
 * Sliced Wasserstein distances of order 1 and 2: means over random directions of the distances of projections (root mean square for order
 * 2), with jackknife errors and p-values by permutations. On one axis they are the Wasserstein distances. Bonneel, Rabin, Peyré & Pfister
 * 2015. Above 0 even for one distribution: see `ifSame`.
 * @param points both sets, n of each, one after the other.
 */
export const slicedWasserstein = (
  points: Points,
  options: { readonly directions: number; readonly permutations: number; readonly key: HostKey },
): DistanceEstimate[] => {
  const n = points.count / 2;
  const [directionKey, ...keys] = splitHostKey(options.key, 3);
  const slices = directionsOf(points.size, options.directions, directionKey).map((each) => sliceOf(points, each));
  const buffer = new Float64Array(2 * n);
  const side = new Uint8Array(2 * n);
  return ([1, 2] as const).map((power) => {
    const at = (order: Int32Array): number => {
      for (let i = 0; i < 2 * n; i++) side[order[i]] = i < n ? 1 : 2;
      return cost(slices, side, power, buffer);
    };
    const value = at(Int32Array.from({ length: 2 * n }, (_, i) => i));
    const nulls = overPermutations(2 * n, options.permutations, keys[power - 1], at);
    return {
      name: `sliced Wasserstein ${power}`,
      value,
      error: jackknife(slices, n, power, buffer),
      ifSame: meanNull(nulls),
      p: pValue(value, nulls),
    };
  });
};
