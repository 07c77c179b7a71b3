/** The p-quantile of sorted values by linear interpolation: Hyndman & Fan 1996, type 7, as in numpy and R. */
export const quantileOfSorted = (sorted: Float64Array, p: number): number => {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
};

/** The p-quantile of values in any order, type 7. */
export const quantile = (values: Float64Array, p: number): number => quantileOfSorted(values.toSorted(), p);

/** The middle of sorted values, or the mean of the two in the middle. */
export const medianOfSorted = (sorted: Float64Array): number => {
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
};
