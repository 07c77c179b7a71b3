import { bitsPerDim } from "./images.ts";

/** The log-likelihood of rows under a density. */
export interface Score {
  /** Nats a row. */
  readonly mean: number;
  /** Standard error of the mean, over rows. */
  readonly se: number;
  readonly bitsPerDim: number;
  /** Rows. */
  readonly count: number;
}

/** Mean and standard error of the mean of independent values; a single one has no error. */
export const meanAndError = (values: ArrayLike<number>): { readonly mean: number; readonly se: number } => {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / (all.length - 1) / all.length) };
};

export const scoreOf = (logProb: Float64Array, size: number): Score => {
  const { mean, se } = meanAndError(logProb);
  return { mean, se, bitsPerDim: bitsPerDim(mean, size), count: logProb.length };
};
