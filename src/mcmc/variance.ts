/** Variances of a stream of positions. Welford 1962. */
export interface RunningVariance {
  add(position: Float64Array): void;
  /** Shrunk towards 10⁻³ as if five more draws had said so (Stan's regularisation). */
  regularised(): Float64Array;
}

/** Variances from the squared deviations of `count` draws, shrunk as in `regularised`. */
export const regularisedVariances = (squares: Float64Array, count: number): Float64Array =>
  squares.map((sum) => ((count / (count - 1)) * sum + 5e-3) / (count + 5));

export const runningVariance = (size: number): RunningVariance => {
  let count = 0;
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  return {
    add: (position) => {
      count++;
      for (let i = 0; i < size; i++) {
        const difference = position[i] - mean[i];
        mean[i] += difference / count;
        squares[i] += difference * (position[i] - mean[i]);
      }
    },
    regularised: () => regularisedVariances(squares, count),
  };
};
