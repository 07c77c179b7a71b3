/** log(1 + exp(x)) without overflow or loss: max(x, 0) + log1p(exp(−|x|)). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** 1 / (1 + exp(−x)), exact in both tails. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
};

/** log(1 − exp(x)) for x ≤ 0. Mächler 2012, "Accurately computing log(1 − exp(−|a|))". */
export const log1mexp = (x: number): number => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x)));

/** Σ_{k ≥ 2} x^k / k!. */
const expm1Series = (x: number): number => {
  let term = (x * x) / 2;
  let sum = 0;
  for (let k = 3; sum + term !== sum; k++) {
    sum += term;
    term *= x / k;
  }
  return sum;
};

/** exp(x) − 1 − x, exact near 0. */
export const expm1Less = (x: number): number => (Math.abs(x) < 0.5 ? expm1Series(x) : Math.expm1(x) - x);

/**
 * log(1 + x) − x, exact near 0: with r = x/(2 + x), log(1 + x) = 2 atanh r and x = r (2 + x), so that it is
 * 2(r³/3 + r⁵/5 + …) − r x.
 */
export const log1pLess = (x: number): number => {
  if (!(x > -0.4 && x < 0.6)) return Math.log1p(x) - x;
  const r = x / (2 + x);
  const square = r * r;
  let power = 2 * r * square;
  let sum = 0;
  for (let k = 3; sum + power / k !== sum; k += 2) {
    sum += power / k;
    power *= square;
  }
  return sum - r * x;
};
