/** Horner's rule; coefficients from the constant term upwards. */
export const polynomial = (coefficients: readonly number[], x: number): number => {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
};

/** The derivative's coefficients. */
export const derivativeOf = (coefficients: readonly number[]): number[] =>
  coefficients.slice(1).map((c, i) => c * (i + 1));

/** Σ c_k T_k(x) for x in [−1, 1] by Clenshaw's recurrence. */
export const chebyshev = (coefficients: readonly number[], x: number): number => {
  let next = 0;
  let afterNext = 0;
  for (let k = coefficients.length - 1; k > 0; k--) {
    const here = 2 * x * next - afterNext + coefficients[k];
    afterNext = next;
    next = here;
  }
  return x * next - afterNext + coefficients[0];
};
