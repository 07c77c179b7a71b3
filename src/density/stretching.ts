/** How much a flow stretches space, and how well it goes back. */
export interface Stretching {
  /**
   * The largest singular value of the Jacobian at the rows, from samples to noise, and of its inverse: lower bounds on the two Lipschitz
   * constants. Where samples lie in several pieces, one of the two must grow without bound for the fit to become perfect (Cornish,
   * Caterini, Deligiannidis & Doucet 2020, theorem 2.1). On the flow's own scale.
   */
  readonly toNoise: number;
  readonly toSamples: number;
  /** The farthest that a row comes back from where it started, through noise: what is lost by rounding or left by a root finder. */
  readonly inversionError: number;
}

/** The largest of each, over rows of three numbers; NaN where one is. */
export const stretchingOf = (values: Float64Array): Stretching => {
  const largest = (column: number): number =>
    values.reduce((most, value, at) => (at % 3 === column ? Math.max(most, value) : most), 0);
  return { toNoise: largest(0), toSamples: largest(1), inversionError: largest(2) };
};
