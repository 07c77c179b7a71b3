import type { Flat } from "./flat.ts";
import { transform, twiddles } from "./fourier.ts";

/** Lags beyond which one Fourier transform costs less than one sum a lag. */
const fewLags = 48;

/** Σ x_i x_(i + lag) over chains of so many draws, in four sums side by side. */
const laggedProduct = (x: Float64Array, draws: number, lag: number): number => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let begin = 0; begin < x.length; begin += draws) {
    const end = begin + draws;
    let i = begin;
    let j = begin + lag;
    for (; j + 3 < end; i += 4, j += 4) {
      a += x[i] * x[j];
      b += x[i + 1] * x[j + 1];
      c += x[i + 2] * x[j + 2];
      d += x[i + 3] * x[j + 3];
    }
    for (; j < end; i++, j++) a += x[i] * x[j];
  }
  return a + b + (c + d);
};

/**
 * The sums Σ x_i x_(i + lag), all chains together, at every lag: the inverse transform of the power spectrum. Two chains travel as
 * one complex series, since the real part of its autocovariance is the sum of both.
 */
const everyLag = ({ values, chains }: Flat): Float64Array => {
  const draws = values.length / chains;
  const size = 2 ** Math.ceil(Math.log2(2 * draws));
  const factors = twiddles(size);
  const power = new Float64Array(size);
  for (let at = 0; at < values.length; at += 2 * draws) {
    const re = new Float64Array(size);
    const im = new Float64Array(size);
    re.set(values.subarray(at, at + draws));
    im.set(values.subarray(at + draws, at + 2 * draws));
    transform(re, im, factors);
    for (let k = 0; k < size; k++) power[k] += re[k] * re[k] + im[k] * im[k];
  }
  transform(power, new Float64Array(size), factors);
  return power.subarray(0, draws).map((sum) => sum / size);
};

/** Σ x_i² / n, the mean over chains whose mean is 0. */
export const biasedVariance = ({ values }: Flat): number => laggedProduct(values, values.length, 0) / values.length;

/**
 * Σ x_i x_(i + lag) / n, the mean over chains whose mean is 0, as a function of the lag. Small lags are summed as they are asked
 * for; from the first large one on, all are known.
 */
export const autocovariance = (centred: Flat): ((lag: number) => number) => {
  const { values, chains } = centred;
  const draws = values.length / chains;
  let known: Float64Array | undefined;
  return (lag) => {
    if (lag >= fewLags) {
      known ??= everyLag(centred);
      return known[lag] / values.length;
    }
    return laggedProduct(values, draws, lag) / values.length;
  };
};
