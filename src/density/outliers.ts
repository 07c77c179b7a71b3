import { checkCount, fail } from "../core/check.ts";
import { hostKey, hostUniforms } from "../core/key.ts";
import { meanAndError } from "./score.ts";

/** How odd each row is. */
export interface OutlierScores {
  /** Nats. */
  readonly logProb: Float64Array;
  /**
   * Of the validation rows and the row itself, the share that are no likelier than it: a p-value, which for rows like the samples is below
   * α for a share of at most α of them (Vovk, Gammerman & Shafer 2005, inductive conformal prediction).
   */
  readonly share: Float64Array;
}

/** How many of some sorted values are at most x. */
const countTo = (ordered: Float64Array, x: number): number => {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Scores of rows beside the log densities of validation rows. */
export const outlierScoresOf = (logProb: Float64Array, validation: Float64Array): OutlierScores => {
  const ordered = Float64Array.from(validation).sort();
  return { logProb, share: logProb.map((value) => (1 + countTo(ordered, value)) / (1 + ordered.length)) };
};

export interface Typicality {
  /** |mean log density of the batch − that of the validation rows|, nats. */
  readonly difference: number;
  /** The share of batches of validation rows that differ as much: small where the batch is not like the samples, likelier than they included. */
  readonly pValue: number;
}

export interface TypicalityOptions {
  /** Batches drawn; 1,000 unless said. */
  readonly batches?: number;
  readonly seed?: number;
}

/**
 * Whether rows, taken together, are typical: |mean log density − entropy estimate| beside that of bootstrapped batches of validation rows.
 * Nalisnick, Matsukawa, Teh & Lakshminarayanan 2019. The entropy estimate is the validation rows' own; its error counts too,
 * since each batch stands beside a mean of validation rows drawn anew.
 * @throws FluvialError where there is nothing to compare.
 */
export const typicalityOf = (
  logProb: Float64Array,
  validation: Float64Array,
  { batches = 1000, seed = 0 }: TypicalityOptions = {},
): Typicality => {
  checkCount("typicality: batches", batches);
  if (logProb.length === 0) fail("typicality: expected rows, got none");
  const { mean } = meanAndError(validation);
  const difference = Math.abs(meanAndError(logProb).mean - mean);
  const next = hostUniforms(hostKey(seed));
  const drawn = (count: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += validation[Math.floor(next() * validation.length)];
    return sum / count;
  };
  let asFar = 0;
  for (let i = 0; i < batches; i++)
    if (Math.abs(drawn(logProb.length) - drawn(validation.length)) >= difference) asFar += 1;
  return { difference, pValue: (1 + asFar) / (1 + batches) };
};
