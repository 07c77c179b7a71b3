export interface MeanAndError {
  readonly mean: number;
  readonly error: number;
}

/** Mean and standard error of the mean of independent values. */
export const meanAndError = (values: Float64Array): MeanAndError => {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, n - 1);
  return { mean, error: Math.sqrt(variance / n) };
};

/** Steps that a window holds at the least. */
const shortest = 150;
/** A rise of the bound that no one would wait for, in nats. */
const negligible = 1e-3;

/** Mean rise from the middle third of a noisy bound to its last third, with its standard error; undefined where it is too short. */
const riseOf = (bound: Float64Array): { readonly rise: number; readonly error: number } | undefined => {
  const width = Math.floor(bound.length / 3);
  if (width < shortest) return undefined;
  const late = meanAndError(bound.subarray(bound.length - width));
  const early = meanAndError(bound.subarray(bound.length - 2 * width, bound.length - width));
  return { rise: late.mean - early.mean, error: Math.hypot(late.error, early.error) };
};

/**
 * Whether a noisy bound has levelled off: the later half of the last two thirds is no higher than the earlier half, beyond the
 * standard error of the difference. Each step's noise is fresh, so that the values around a trend are independent.
 * @param bound finite values since the rate was last changed.
 */
export const levelled = (bound: Float64Array): boolean => {
  const found = riseOf(bound);
  return found !== undefined && found.rise < Math.max(found.error, negligible);
};

/** The mean of the last third of a noisy bound; undefined where it is too short to tell. */
export const recentOf = (bound: readonly number[]): MeanAndError | undefined =>
  bound.length < shortest
    ? undefined
    : meanAndError(Float64Array.from(bound.slice(-Math.max(shortest, Math.floor(bound.length / 3)))));
