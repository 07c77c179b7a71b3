import { normalQuantileOf } from "./normal.ts";
import { chebyshev, polynomial } from "./polynomial.ts";

/** 2/√π (−1)^k / (k! (2k + 1)): erf(x)/x in powers of x². */
const series = ((): readonly number[] => {
  const coefficients: number[] = [];
  let term = 2 / Math.sqrt(Math.PI);
  for (let k = 0; k < 20; k++) {
    coefficients.push(term / (2 * k + 1));
    term /= -(k + 1);
  }
  return coefficients;
})();

/** (1 + 2x) exp(x²) erfc(x) for x ≥ 0 as a Chebyshev series in (x − 3)/(x + 3), as in Shepherd & Laframboise 1981. */
const scaled = [
  1.17756257419656, 0.005353904539615676, -0.09377550342284209, 0.05436652555744322, -0.018976596707845208,
  0.004453426061462712, -0.0006335531710553147, 1.7661719523171593e-5, 1.2841532864056671e-5, -2.0072285659059913e-6,
  -1.807522790414837e-7, 7.549828343825093e-8, 1.885668523838603e-9, -2.699519049798364e-9, -1.460079119939105e-11,
  1.0361607445969489e-10, 1.475715976623473e-12, -4.277340064396911e-12, -2.07922492859799e-13, 1.8134502003176963e-13,
  1.973425574544739e-14, -7.287943737592673e-15, -1.5169878690228116e-15, 2.3514112258781403e-16,
  1.0006111691821667e-16,
];

/** The left half of a double's digits: its square is exact. */
const leading = (x: number): number => {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
};

/** exp(−factor · x²) for factor 1 or ½, without the rounding of x² magnified. */
export const gaussian = (x: number, factor: 1 | 0.5): number => {
  if (!(Math.abs(x) < 60)) return Number.isNaN(x) ? x : 0;
  const high = leading(x);
  return Math.exp(-factor * high * high) * Math.exp(-factor * (x - high) * (x + high));
};

/** exp(x²) erfc(x) for x ≥ 0. */
export const erfcxPositive = (x: number): number =>
  x > 1e9 ? 1 / x / Math.sqrt(Math.PI) : chebyshev(scaled, (x - 3) / (x + 3)) / (1 + 2 * x);

/** The error function. */
export const erf = (x: number): number => {
  if (Math.abs(x) <= 1) return x * polynomial(series, x * x);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
};

/** 1 − erf(x), exact in its tail too. */
export const erfc = (x: number): number => {
  if (x < 0.25) return 1 - erf(x);
  return gaussian(x, 1) * erfcxPositive(x);
};

/** The inverse of erf on [−1, 1]; ±∞ at ±1, NaN outside. */
export const erfinv = (x: number): number => normalQuantileOf(x / 2, (1 - Math.abs(x)) / 2) * Math.SQRT1_2;

/** Φ(x), exact in its lower tail too. */
export const normalCdf = (x: number): number => {
  if (x < -0.35) return 0.5 * gaussian(x, 0.5) * erfcxPositive(-x * Math.SQRT1_2);
  return x > 1 ? 1 - normalCdf(-x) : 0.5 + 0.5 * erf(x * Math.SQRT1_2);
};

/** log Φ(x), exact in both tails. */
export const normalLogCdf = (x: number): number => {
  if (x >= 0) return Math.log1p(-normalCdf(-x));
  return Math.log(0.5 * erfcxPositive(-x * Math.SQRT1_2)) - 0.5 * x * x;
};

/** φ(x)/Φ(x), the slope of log Φ: the inverse Mills ratio. */
export const inverseMills = (x: number): number => {
  if (x < 0) return Math.sqrt(2 / Math.PI) / erfcxPositive(-x * Math.SQRT1_2);
  return gaussian(x, 0.5) / Math.sqrt(2 * Math.PI) / normalCdf(x);
};
