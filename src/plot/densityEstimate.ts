import { quantile, sorted } from "./numbers.ts";

/** A density on a grid. */
export interface DensityEstimate {
  readonly x: Float64Array;
  readonly density: Float64Array;
}

/** 0.9 min(sd, IQR / 1.34) n^(-1/5) (Silverman 1986, eq. 3.31); 0 where all values are equal. */
export const bandwidth = (ordered: Float64Array): number => {
  const n = ordered.length;
  if (n < 2) return 0;
  const mean = ordered.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(ordered.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
  const spread = (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / 1.34;
  return 0.9 * (spread > 0 ? Math.min(sd, spread) : sd) * n ** -0.2;
};

/** Counts on the nodes of a grid over [low, high], each value shared between its two neighbours. */
const shareOut = (values: Float64Array, low: number, step: number, nodes: number): Float64Array => {
  const mass = new Float64Array(nodes);
  for (const x of values) {
    const at = (x - low) / step;
    const below = Math.floor(at);
    if (below < 0 || below >= nodes - 1) continue;
    mass[below] += 1 - (at - below);
    mass[below + 1] += at - below;
  }
  return mass;
};

/** Smooths node masses with a normal kernel of `width` nodes; what falls beyond [first, last] is reflected back inside. */
const smooth = (mass: Float64Array, width: number, first: number, last: number): Float64Array => {
  const out = new Float64Array(mass.length);
  const reach = Math.ceil(5 * width);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / width) ** 2));
  const total = 2 * kernel.reduce((a, b) => a + b, 0) - kernel[0];
  const reflect = (j: number): number => (j < first ? 2 * first - j : j > last ? 2 * last - j : j);
  for (let i = 0; i < mass.length; i++) {
    if (mass[i] === 0) continue;
    for (let k = -reach; k <= reach; k++) {
      const j = reflect(i + k);
      if (j >= 0 && j < out.length) out[j] += (mass[i] * kernel[Math.abs(k)]) / total;
    }
  }
  return out;
};

/**
 * A kernel density estimate on `points` nodes from `low` to `high`: a normal kernel, binned linearly, its mass reflected at the
 * smallest and the largest value so that none leaks over a boundary such as 0. Zero outside the values' range. Values that are not
 * finite are left out.
 */
export const estimateDensity = (
  values: ArrayLike<number>,
  low: number,
  high: number,
  points = 160,
): DensityEstimate => {
  const ordered = sorted(values);
  const apart = (high - low) / (points - 1);
  const smoothing = bandwidth(ordered);
  const fine = Math.min(16, Math.max(1, Math.ceil((4 * apart) / smoothing)));
  const step = apart / fine;
  const width = Math.min(Math.max(smoothing / step, 0.5), 4 * points);
  const margin = Math.ceil(5 * width) + 1;
  const nodes = (points - 1) * fine + 1 + 2 * margin;
  const start = low - margin * step;
  const node = (x: number): number => Math.round((x - start) / step);
  const mass = shareOut(ordered, start, step, nodes);
  const curve = smooth(mass, width, node(ordered[0]), node(ordered[ordered.length - 1]));
  const at = (i: number): number => margin + i * fine;
  return {
    x: Float64Array.from({ length: points }, (_, i) => low + i * fine * step),
    density: Float64Array.from({ length: points }, (_, i) => curve[at(i)] / (ordered.length * step)),
  };
};
