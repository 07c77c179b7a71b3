import { incompleteBeta, logBeta } from "../core/special/beta.ts";
import { normalQuantile } from "../core/special/normal.ts";

/** Steps that Newton's method gets; from the normal approximation it needs four or five. */
const patience = 60;

/** A normal approximation to the p-quantile of Beta(a, b), inside (0, 1). */
const approximately = (p: number, a: number, b: number): number => {
  const mean = a / (a + b);
  const sd = Math.sqrt((mean * (1 - mean)) / (a + b + 1));
  return Math.min(1 - 1e-9, Math.max(1e-9, mean + normalQuantile(p) * sd));
};

/**
 * The p-quantile of Beta(a, b) for p in (0, 1): Newton's method on the distribution function, kept inside a bracket that bisection
 * narrows where it leaves it.
 */
export const betaQuantile = (p: number, a: number, b: number): number => {
  const logNormaliser = logBeta(a, b);
  let [low, high] = [0, 1];
  let x = approximately(p, a, b);
  for (let step = 0; step < patience && low < x && x < high; step++) {
    const off = incompleteBeta(a, b, x) - p;
    if (off < 0) low = x;
    else high = x;
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logNormaliser);
    const newton = x - off / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 2 ** -50 * x) return next;
    x = next;
  }
  return x;
};
