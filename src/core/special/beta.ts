import { lgamma, stirlingError } from "./gamma.ts";

const halfLog2Pi = 0.9189385332046728;

/** For 8 ≤ a ≤ b. */
const bothLarge = (a: number, b: number): number => {
  const errors = stirlingError(a) + stirlingError(b) - stirlingError(a + b);
  return halfLog2Pi - 0.5 * Math.log(b) + errors - (a - 0.5) * Math.log1p(b / a) - b * Math.log1p(a / b);
};

/** log Γ(b) − log Γ(a + b) for b ≥ 8. */
const oneLarge = (a: number, b: number): number =>
  stirlingError(b) - stirlingError(a + b) - (b - 0.5) * Math.log1p(a / b) - a * (Math.log(a + b) - 1);

/** log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b) for a, b > 0, without their cancellation. NaN for a or b below 0. */
export const logBeta = (first: number, second: number): number => {
  const a = Math.min(first, second);
  const b = Math.max(first, second);
  if (!(a >= 0)) return Number.NaN;
  if (a === 0) return b === Number.POSITIVE_INFINITY ? Number.NaN : Number.POSITIVE_INFINITY;
  if (b === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (a >= 8) return bothLarge(a, b);
  return b >= 8 ? lgamma(a) + oneLarge(a, b) : lgamma(a) + (lgamma(b) - lgamma(a + b));
};

/** Lentz's method for the continued fraction of DLMF 8.17.22, for x below (a + 1)/(a + b + 2). */
const fraction = (a: number, b: number, x: number): number => {
  const coefficient = (n: number): number => {
    const m = Math.floor(n / 2);
    if (n % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  let c = 1;
  let d = 0;
  let value = 1;
  for (let n = 1; n < 20000; n++) {
    const step = coefficient(n);
    d = 1 / (1 + step * d);
    c = 1 + step / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return 1 / value;
};

/** I_x(a, b) for x in (0, 1) not far above the mean. */
const lowerPart = (a: number, b: number, x: number): number =>
  (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a) * fraction(a, b, x);

/** The regularised incomplete beta function I_x(a, b) for a, b > 0: the distribution function of a beta. NaN outside [0, 1]. */
export const incompleteBeta = (a: number, b: number, x: number): number => {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  return x <= (a + 1) / (a + b + 2) ? lowerPart(a, b, x) : 1 - lowerPart(b, a, 1 - x);
};
