/** How often the step is halved. */
const halvings = 3;

/**
 * f′(0) of a function of one number by central differences, extrapolated to step 0 (Richardson 1911): the error is of the order of
 * step⁸, and the rounding of f counts 8 / step times.
 */
export const slopeAtZero = (f: (t: number) => number, step: number): number => {
  const central = (h: number): number => (f(h) - f(-h)) / (2 * h);
  let row = Array.from({ length: halvings + 1 }, (_, k) => central(step / 2 ** k));
  for (let power = 4; row.length > 1; power *= 4)
    row = row.slice(1).map((finer, k) => finer + (finer - row[k]) / (power - 1));
  return row[0];
};
