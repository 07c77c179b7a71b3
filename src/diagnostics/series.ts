/** One scalar of a posterior: one series of draws per chain, all of the same length. */
export type Series = readonly Float64Array[];

/** The first and the second half of every chain; an odd draw in the middle is left out. */
export const splitChains = (chains: Series): Series =>
  chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });

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

/** A function of every draw. */
export const mapSeries = (chains: Series, f: (draw: number) => number): Series =>
  chains.map((chain) => chain.map((draw) => f(draw)));

export const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Unbiased, with n − 1. */
export const variance = (values: Float64Array): number => {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
};

export const isFiniteSeries = (chains: Series): boolean => chains.every((chain) => chain.every(Number.isFinite));

/** Whether all draws of all chains are the same. */
export const isConstant = (chains: Series): boolean => chains.every((chain) => chain.every((x) => x === chains[0][0]));

/** Whether R-hat and ESS can be told: at least 4 draws a chain, all finite, not all the same. */
export const isInformative = (chains: Series): boolean =>
  chains.every(({ length }) => length >= 4) && isFiniteSeries(chains) && !isConstant(chains);
