export interface MeanAndError {
  readonly mean: number;
  readonly error: number;
}

/** Mean and standard error of the mean of independent values. */
export const meanAndError = (values: ArrayLike<number>): MeanAndError => {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { mean, error: Math.sqrt(squares / Math.max(1, n - 1) / n) };
};

/** Steps that a third of a bound holds at the least, before it says anything. */
export const shortest = 150;
/** A rise of the bound that no one would wait for, in nats. */
const negligible = 1e-3;

/**
 * Whether a noisy bound has levelled off: the later half of the last two thirds is no higher than the earlier half, beyond the
 * standard error of the difference. Each step's noise is fresh, so that the values around a trend are independent.
 * @param bound finite values since the rate was last changed. @param width steps that a third of them must hold.
 */
export const levelled = (bound: ArrayLike<number>, width: number = shortest): boolean => {
  const third = Math.floor(bound.length / 3);
  if (third < width) return false;
  const values = Array.from(bound);
  const late = meanAndError(values.slice(-third));
  const early = meanAndError(values.slice(-2 * third, -third));
  return late.mean - early.mean < Math.max(Math.hypot(late.error, early.error), negligible);
};

/** The mean of the last third of a noisy bound; undefined where it is too short to tell. */
export const recentOf = (bound: readonly number[]): MeanAndError | undefined =>
  bound.length < shortest ? undefined : meanAndError(bound.slice(-Math.max(shortest, Math.floor(bound.length / 3))));
