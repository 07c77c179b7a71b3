/** One scalar of a posterior: one series of draws per chain, all of the same length. */
export type Series = readonly Float64Array[];

/** The first and the second half of every chain; an odd draw in the middle is left out. */
export const splitChains = (chains: Series): Series =>
  chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });

/** Values as `parts` series of one length, one after the other. */
export const splitEvenly = (values: Float64Array, parts: number): Series => {
  const length = values.length / parts;
  return Array.from({ length: parts }, (_, i) => values.subarray(i * length, (i + 1) * length));
};

/** All draws, one chain after the other. */
export const pooled = (chains: Series): Float64Array => {
  const all = new Float64Array(chains.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chain of chains) {
    all.set(chain, at);
    at += chain.length;
  }
  return all;
};

const sumOf = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
};

export const mean = (values: Float64Array): number => sumOf(values) / values.length;

/** (x − centre)² of every value. */
export const squaredFrom = (centre: number, values: Float64Array): Float64Array => {
  const squares = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) squares[i] = (values[i] - centre) ** 2;
  return squares;
};

/** Unbiased, with n − 1. */
export const variance = (values: Float64Array): number =>
  sumOf(squaredFrom(mean(values), values)) / (values.length - 1);

const isFiniteThroughout = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) < Number.POSITIVE_INFINITY)) return false;
  return true;
};

const isThroughout = (values: Float64Array, value: number): boolean => {
  for (let i = 0; i < values.length; i++) if (values[i] !== value) return false;
  return true;
};

export const isFiniteSeries = (chains: Series): boolean => chains.every(isFiniteThroughout);

/** Whether all draws of all chains are the same. */
export const isConstant = (chains: Series): boolean => chains.every((chain) => isThroughout(chain, chains[0][0]));

/** Whether R-hat and ESS can be told: at least 4 draws a chain, all finite, not all the same. */
export const isInformative = (chains: Series): boolean =>
  chains.every(({ length }) => length >= 4) && isFiniteSeries(chains) && !isConstant(chains);
