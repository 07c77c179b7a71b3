/** The two parts of densities of counts in saddle-point form (Loader 2000): the factorial's, and the deviance. */
import type { Expr, Local } from "../assembler.ts";
import { lgammaNear, logRatioTail, stirlingNear } from "./coefficients.ts";
import { halfLog2Pi, isLarge, largeOnly, stirling, stirlingFrom } from "./gamma.ts";
import { normalAndFinite } from "./logarithm.ts";
import { type Code, ledPolynomial, polynomial, type Vector } from "./vector.ts";

/** What Stirling's formula leaves out, for x ≥ 8. */
export const stirlingTail = (v: Vector, code: Code, x: Local): Expr => {
  const inverse = code.keep(v.div(v.constant(1), x));
  return v.mul(polynomial(v, code, stirling, code.keep(v.mul(inverse, inverse))), inverse);
};

/** The same for 1 ≤ x < 8. */
const stirlingMiddle = (v: Vector, code: Code, size: Local): Expr => {
  const x = code.keep(v.pmin(v.pmax(size, v.constant(1)), v.constant(stirlingFrom)));
  return ledPolynomial(v, code, stirlingNear, code.keep(v.div(v.sub(x, v.constant(3)), v.add(x, v.constant(3)))));
};

/** n (1 + (n − 1) P(n) − log n), where log Γ(n + 1) = n (n − 1) P(n), for 0 < n < 1. */
const gapBelowOne = (v: Vector, code: Code, n: Expr, log: Local): Expr => {
  const near = ledPolynomial(v, code, lgammaNear, code.keep(v.sub(n, v.constant(0.625))));
  const gamma = v.mul(v.sub(n, v.constant(1)), near);
  return v.mul(n, v.sub(v.add(gamma, v.constant(1)), log));
};

/** log Γ(n + 1) − n log n + n: ½ log 2πn and what Stirling's formula leaves out. */
export const stirlingGap = (v: Vector, code: Code, x: Expr): Expr => {
  const n = code.keep(x);
  const log = code.keep(code.call("log", n));
  const most = v.add(v.constant(halfLog2Pi), v.mul(log, v.constant(0.5)));
  const rest = code.keep(v.constant(0));
  code.when(v.notAll(isLarge(v, n)), (inner) => {
    inner.stmts.push(rest.set(stirlingMiddle(v, inner, n)));
  });
  code.when(v.any(isLarge(v, n)), (inner) => {
    const tail = stirlingTail(v, inner, largeOnly(v, inner, n));
    inner.stmts.push(rest.set(v.choose(isLarge(v, n), tail, rest)));
  });
  const result = code.keep(v.add(most, rest));
  const isSmall = v.lt(n, v.constant(1));
  code.when(v.any(isSmall), (inner) => {
    const small = inner.keep(gapBelowOne(v, inner, n, log));
    const atZero = v.choose(v.eq(n, v.constant(0)), v.constant(0), small);
    inner.stmts.push(result.set(v.choose(isSmall, atZero, result)));
  });
  return result;
};

/** log(x/mean), where the ratio may be too large or too small for a number. */
const logRatio = (v: Vector, code: Code, x: Expr, mean: Expr): Local => {
  const ratio = code.keep(v.div(x, mean));
  const result = code.keep(code.call("log", ratio));
  const usual = normalAndFinite(v, ratio);
  code.when(v.notAll(usual), (inner) => {
    const first = inner.keep(inner.call("log", x));
    inner.stmts.push(result.set(v.choose(usual, result, v.sub(first, inner.call("log", mean)))));
  });
  return result;
};

/**
 * x log(x/mean) − x + mean. With s = (x − mean)/(x + mean), log(x/mean) = 2 atanh s, and for |s| ≤ ⅓ it is s (x − mean) +
 * 2x (s³/3 + s⁵/5 + …): no large terms cancel.
 */
export const deviance = (v: Vector, code: Code, x: Expr, mean: Expr): Expr => {
  const difference = code.keep(v.sub(x, mean));
  const sum = code.keep(v.add(x, mean));
  const s = code.keep(v.div(difference, sum));
  const square = code.keep(v.mul(s, s));
  const tail = v.mul(v.mul(v.mul(x, s), square), polynomial(v, code, logRatioTail, square));
  const result = code.keep(v.multiplyAdd(s, difference, tail));
  const finite = v.and(v.gt(mean, v.constant(0)), v.lt(sum, v.constant(Number.POSITIVE_INFINITY)));
  const near = code.keep(v.and(v.le(v.abs(s), v.constant(1 / 3)), finite));
  code.when(v.notAll(near), (inner) => {
    const far = v.sub(v.mul(x, logRatio(v, inner, x, mean)), difference);
    const isMean = v.or(v.eq(x, v.constant(0)), v.eq(mean, v.constant(Number.POSITIVE_INFINITY)));
    const elsewhere = v.choose(v.lt(x, v.constant(0)), v.constant(Number.NaN), far);
    inner.stmts.push(result.set(v.choose(near, result, v.choose(isMean, mean, elsewhere))));
  });
  return result;
};
