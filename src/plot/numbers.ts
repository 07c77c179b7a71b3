/** The finite values, in order of size. */
export const sorted = (values: ArrayLike<number>): Float64Array =>
  Float64Array.from(values).filter(Number.isFinite).sort();

/** Quantile p of values in order of size, by linear interpolation; NaN of none. */
export const quantile = (ordered: ArrayLike<number>, p: number): number => {
  if (ordered.length === 0) return NaN;
  const at = p * (ordered.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, ordered.length - 1);
  return ordered[below] + (at - below) * (ordered[above] - ordered[below]);
};

/** Rounded to `digits` significant digits: specs are written into files. */
export const rounded = (x: number, digits = 6): number => Number(x.toPrecision(digits));

/** The same, with null for what cannot be drawn. */
export const cell = (x: number, digits = 6): number | null => (Number.isFinite(x) ? rounded(x, digits) : null);

/** The indices of at most `most` of `n` things, evenly apart, from the first. */
export const thinned = (n: number, most: number): number[] => {
  const stride = Math.max(1, Math.ceil(n / most));
  return Array.from({ length: Math.ceil(n / stride) }, (_, i) => i * stride);
};
