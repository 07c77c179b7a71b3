import { stirlingError } from "./gamma.ts";

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** log Γ(n + 1) − n log n + n for n ≥ 0; 0 at 0. Loader 2000, "Fast and accurate computation of binomial probabilities". */
export const stirlingGapOf = (n: number): number => (n === 0 ? 0 : halfLog2Pi + 0.5 * Math.log(n) + stirlingError(n));

/** x log(x / mean) − x + mean for x, mean ≥ 0: half the deviance of a Poisson count. Loader 2000. */
export const devianceOf = (x: number, mean: number): number => {
  if (x === 0 || mean === Number.POSITIVE_INFINITY) return mean;
  const difference = x - mean;
  const logRatio = Math.abs(difference) < 0.5 * mean ? Math.log1p(difference / mean) : Math.log(x) - Math.log(mean);
  return x * logRatio - difference;
};
