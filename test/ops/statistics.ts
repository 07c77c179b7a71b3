import { incompleteGammaUpper } from "../../src/core/special/incompleteGamma.ts";

/** With fixed seeds a true null fails one of these by chance about once in 100,000. */
export const leastP = 1e-5;
export const mostZ = 4.5;

export const mean = (x: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
};

/** Mean square deviation from a known mean. */
export const varianceAbout = (x: ArrayLike<number>, centre: number): number =>
  mean(Array.from(x, (v) => (v - centre) ** 2));

/** How many standard errors the sample mean lies from the true one. */
export const meanZ = (x: ArrayLike<number>, trueMean: number, trueVariance: number): number =>
  (mean(x) - trueMean) / Math.sqrt(trueVariance / x.length);

/** The same for the sample variance about the true mean; `kurtosis` is the fourth central moment over the squared variance. */
export const varianceZ = (x: ArrayLike<number>, trueMean: number, trueVariance: number, kurtosis: number): number =>
  (varianceAbout(x, trueMean) / trueVariance - 1) / Math.sqrt((kurtosis - 1) / x.length);

/** Pearson's chi-square test of counts against masses; bins expecting fewer than 5 are pooled with their neighbour. */
export const chiSquareP = (counts: readonly number[], masses: readonly number[]): number => {
  const total = counts.reduce((a, b) => a + b, 0);
  const pooled: { observed: number; expected: number }[] = [];
  for (let i = 0; i < counts.length; i++) {
    const last = pooled[pooled.length - 1];
    const bin = { observed: counts[i], expected: total * masses[i] };
    if (last && (last.expected < 5 || bin.expected < 5)) {
      last.observed += bin.observed;
      last.expected += bin.expected;
    } else pooled.push(bin);
  }
  const statistic = pooled.reduce((sum, { observed, expected }) => sum + (observed - expected) ** 2 / expected, 0);
  return pooled.length < 2 ? 1 : incompleteGammaUpper((pooled.length - 1) / 2, statistic / 2);
};

/** How many values fall up to each edge, and beyond the last. */
export const countBins = (x: ArrayLike<number>, edges: readonly number[]): number[] => {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (let i = 0; i < x.length; i++) {
    const bin = edges.findIndex((edge) => x[i] <= edge);
    counts[bin < 0 ? edges.length : bin]++;
  }
  return counts;
};

/** The Kolmogorov–Smirnov test of values that should be uniform: the asymptotic p-value (Stephens 1970 for finite n). */
export const uniformP = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const distance = sorted.reduce((d, u, i) => Math.max(d, u - i / n, (i + 1) / n - u), 0);
  const scaled = distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let p = 0;
  for (let k = 1; k < 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * scaled * scaled);
  return Math.min(1, Math.max(0, p));
};

/** The sample correlation in standard errors. */
export const correlationZ = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  const [mx, my] = [mean(x), mean(y)];
  const product = mean(Array.from(x, (v, i) => (v - mx) * (y[i] - my)));
  return (product / Math.sqrt(varianceAbout(x, mx) * varianceAbout(y, my))) * Math.sqrt(x.length);
};
