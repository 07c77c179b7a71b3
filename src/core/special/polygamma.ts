import { polynomial } from "./polynomial.ts";
import { cotPi } from "./trigonometry.ts";

/** B_2k / (2k)!, from k = 1. */
const bernoulli = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7, 2.08767569878681e-8,
  -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15,
  -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19, 3.534707039629467e-21,
];

/** The Hurwitz zeta function Σ_{i ≥ 0} (x + i)^−s for x > 0 and whole s ≥ 2, by the Euler–Maclaurin formula. */
const hurwitz = (s: number, x: number): number => {
  let head = 0;
  let y = x;
  for (; y < 9 + s / 2; y += 1) head += y ** -s;
  const power = y ** (1 - s);
  let tail = 0;
  let rising = s / y;
  for (let k = 0; k < bernoulli.length; k++) {
    tail += bernoulli[k] * rising;
    rising *= ((s + 2 * k + 1) / y) * ((s + 2 * k + 2) / y);
  }
  return head + power * (1 / (s - 1) + (0.5 + tail) / y);
};

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** p_n with dⁿ cot(u)/duⁿ = p_n(cot u): p_0 = c, p_{n+1} = −(1 + c²) p_n′. */
const cotangentSlope = (n: number): number[] => {
  let p = [0, 1];
  for (let step = 0; step < n; step++) {
    const next = new Array<number>(p.length + 1).fill(0);
    for (let power = 1; power < p.length; power++) {
      next[power - 1] -= power * p[power];
      next[power + 1] -= power * p[power];
    }
    p = next;
  }
  return p;
};

/**
 * ψ⁽ⁿ⁾(x), the n-th derivative of digamma, n ≥ 1. For x < 0 by reflection; at the poles 0, −1, −2, … it is +∞ for odd n and NaN
 * for even n. Abramowitz & Stegun 6.4.10 and 6.4.7.
 */
export const polygamma = (n: number, x: number): number => {
  const sign = n % 2 === 1 ? 1 : -1;
  if (x > 0) return sign * factorial(n) * hurwitz(n + 1, x);
  if (Number.isInteger(x)) return sign > 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (!Number.isFinite(x)) return Number.NaN;
  return -sign * polygamma(n, 1 - x) - Math.PI ** (n + 1) * polynomial(cotangentSlope(n), cotPi(x));
};
