/** The derivative of f at x by the five-point rule: an error of O(step⁴) and of rounding over the step. */
export const slope = (
  f: (x: number) => number,
  x: number,
  step = 1e-3 * Math.max(1e-3, Math.min(1, Math.abs(x))),
): number => (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);
