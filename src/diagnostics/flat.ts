import { pooled, type Series, splitChains, splitEvenly } from "./series.ts";

/** Chains of one length, one after the other. */
export interface Flat {
  readonly values: Float64Array;
  readonly chains: number;
}

export const flatten = (chains: Series): Flat => ({ values: pooled(chains), chains: chains.length });

/** Every chain as two, an odd draw in the middle left out. */
export const halvesOf = ({ values, chains }: Flat): Flat =>
  (values.length / chains) % 2 === 0
    ? { values, chains: 2 * chains }
    : flatten(splitChains(splitEvenly(values, chains)));

/** Chains less their own means, and those means. */
export interface Centred extends Flat {
  readonly means: Float64Array;
}

const sumOf = (values: Float64Array, begin: number, end: number): number => {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[i];
  return sum;
};

const lower = (values: Float64Array, begin: number, end: number, by: number): void => {
  for (let i = begin; i < end; i++) values[i] -= by;
};

export const centredOf = (flat: Flat): Centred => {
  const { chains } = flat;
  const values = flat.values.slice();
  const means = new Float64Array(chains);
  const draws = values.length / chains;
  for (let c = 0; c < chains; c++) {
    means[c] = sumOf(values, c * draws, (c + 1) * draws) / draws;
    lower(values, c * draws, (c + 1) * draws, means[c]);
  }
  return { values, chains, means };
};
