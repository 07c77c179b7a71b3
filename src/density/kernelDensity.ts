import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, hostKey, hostUniforms } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";
import { coloured, type Gaussian, gaussianOf, whitened } from "../diagnostics/gaussian.ts";
import { type Bandwidth, widthOf } from "./bandwidth.ts";
import type { RowDensity } from "./fitted.ts";
import { distancesFrom, logMeanKernel } from "./mixture.ts";
import { type Rows, rowsOf, type Samples } from "./samples.ts";
import { scoreOf } from "./score.ts";
import { logScaleOf, type Standard, standardised, standardOf, unstandardised } from "./standard.ts";

/** A normal kernel at every sample. */
export interface KernelDensity extends RowDensity {
  readonly kind: "kernel-density";
  /** The kernels' covariance matrix is that of the samples, times the square of this. */
  readonly bandwidth: number;
}

export interface KernelDensityOptions {
  /** "scott" unless said. A number is in units of the samples' own spread. */
  readonly bandwidth?: Bandwidth;
  /** For "validation" of many rows: which of them are looked at. */
  readonly seed?: number;
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);
/** Apart from the keys of `fitDensity`, whatever the seed. */
const drawing = -32;

/** The samples' own normal: columns on their standard scale, of which the normal takes what they have in common. */
interface Own {
  readonly standard: Standard;
  readonly gaussian: Gaussian;
}

const ownOf = (who: string, all: Rows): Own => {
  const standard = standardOf(who, all);
  const gaussian =
    gaussianOf(standardised(all, standard), all.size) ??
    fail(`${who}: some column is a combination of others: there is no density; leave that column out`);
  return { standard, gaussian };
};

const whitenedRows = (rows: Rows, { standard, gaussian }: Own): Rows => ({
  ...rows,
  values: whitened(standardised(rows, standard), gaussian),
});

/** log |det| of the map that whitens. */
const logDetOf = ({ standard, gaussian: { mean, factor } }: Own): number =>
  mean.reduce((sum, _, i) => sum - Math.log(factor[i * mean.length + i]), logScaleOf(standard));

const logProbAt = (rows: Rows, points: Rows, width: number, constant: number): Float64Array => {
  const distances = new Float64Array(points.count);
  return Float64Array.from({ length: rows.count }, (_, row) => {
    const least = distancesFrom(rows, row, points, distances);
    return constant + logMeanKernel(distances, 0, points.count, least, width);
  });
};

/** Samples picked at random, with noise of the kernel's width; whitened. */
const drawn = (points: Rows, width: number, n: number, seed: number): Float64Array => {
  const next = hostUniforms(foldHostKey(hostKey(seed), drawing));
  const { size, values, count } = points;
  const out = new Float64Array(n * size);
  for (let i = 0; i < n; i++) {
    const centre = Math.floor(next() * count) * size;
    for (let j = 0; j < size; j++) out[i * size + j] = values[centre + j] + width * normalQuantile(next());
  }
  return out;
};

/**
 * A kernel density estimate: the plain baseline of every flow. The mean of normal densities at the samples, with the samples' own
 * covariance matrix (that with n − 1) times the square of a bandwidth; sums are exact, so that a log density costs a pass over all samples.
 * Silverman 1986, section 4.2.
 * @param samples [n, size], finite.
 * @throws FluvialError where samples are none, a column is constant or a combination of others, or the bandwidth is no such.
 */
export const kernelDensity = (samples: Samples, options: KernelDensityOptions = {}): KernelDensity => {
  const who = "kernelDensity";
  checkOptions(who, options, ["bandwidth", "seed"]);
  const { seed = 0 } = options;
  const all = rowsOf(who, samples);
  const { size, count } = all;
  if (count <= size) fail(`${who}: expected more rows than the ${size} numbers of one, got ${count}`);
  const own = ownOf(who, all);
  const points = whitenedRows(all, own);
  const width = widthOf(who, options.bandwidth ?? "scott", points, hostKey(seed));
  const constant = -size * (halfLog2Pi + Math.log(width)) + logDetOf(own);
  const logProb: RowDensity["logProb"] = (samplesAt, given = {}) => {
    checkOptions("logProb", given, []);
    const rows = rowsOf("logProb", samplesAt, size);
    return logProbAt(whitenedRows(rows, own), points, width, constant);
  };
  return {
    kind: "kernel-density",
    bandwidth: width,
    size,
    logProb,
    sample: (n, given = {}) => {
      checkOptions("sample", given, ["seed"]);
      checkCount("sample: n", n);
      const values = coloured(drawn(points, width, n, given.seed ?? 0), own.gaussian);
      return { shape: [n, size], values: unstandardised(values, own.standard) };
    },
    score: (rows, given) => scoreOf(logProb(rows, given), size),
  };
};
