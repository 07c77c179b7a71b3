/** log Γ and ψ, by the ranges of src/core/special/gamma.ts: near 1 and 2 a polynomial, from 8 on Stirling's series. */
import type { Expr, Local } from "../assembler.ts";
import { digammaNear, lgammaNear } from "./coefficients.ts";
import { type LogParts, logNormal, logParts } from "./logarithm.ts";
import { sinPi } from "./trigonometry.ts";
import { type Code, ledPolynomial, polynomial, type Vector } from "./vector.ts";

/** B_2k / (2k (2k − 1)), Stirling's series; and B_2k / (2k), its slope's. */
export const stirling: readonly number[] = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242, 0.17964437236883057, -1.3924322169059011,
  13.402864044168393, -156.84828462600203,
];
const slopeTail = stirling.map((c, i) => -c * (2 * i + 1));
export const stirlingFrom = 8;
export const halfLog2Pi = 0.9189385332046728;
const ln2High = 0.6931471803691238;
/** Where ψ vanishes, in two parts. */
const zero = { high: 1.4616321449683622, low: 9.549995429965697e-17 };

export const infinite = (v: Vector): Expr => v.constant(Number.POSITIVE_INFINITY);
/** Both series hold from 8 on; where x is less they are given 8, and not used. */
export const largeOnly = (v: Vector, code: Code, x: Expr): Local => code.keep(v.pmax(v.constant(stirlingFrom), x));
export const isLarge = (v: Vector, x: Expr): Expr => v.ge(x, v.constant(stirlingFrom));

/** With a = y − 1: steps down to y < 2½, or up from y < ¾; log Γ(y) = a (a − 1) P, and the logarithm of what was passed. */
const lgammaSmall = (v: Vector, code: Code, x: Local): Expr => {
  const below = code.keep(v.lt(x, v.constant(0.75)));
  const a = code.keep(v.choose(below, x, v.sub(x, v.constant(1))));
  const product = code.keep(v.choose(below, x, v.constant(1)));
  const isFar = v.and(v.ge(a, v.constant(1.5)), v.not(isLarge(v, x)));
  code.loop(v.any(isFar), (inner) => {
    const far = inner.keep(isFar);
    inner.stmts.push(product.set(v.mul(product, v.choose(far, a, v.constant(1)))));
    inner.stmts.push(a.set(v.sub(a, v.and(far, v.constant(1)))));
  });
  const u = code.keep(v.sub(a, v.constant(0.625)));
  const near = v.mul(v.mul(a, v.sub(a, v.constant(1))), ledPolynomial(v, code, lgammaNear, u));
  const result = code.keep(v.add(near, v.constant(0)));
  code.when(v.any(v.ne(product, v.constant(1))), (inner) => {
    const log = inner.keep(inner.call("log", product));
    inner.stmts.push(result.set(v.add(result, v.choose(below, v.neg(log), log))));
  });
  return result;
};

/** (x − ½)(log x − 1) + …, the logarithm in two parts so that x does not magnify its rounding. */
const lgammaLarge = (v: Vector, code: Code, size: Local): Expr => {
  const x = largeOnly(v, code, size);
  const { k, f, rest }: LogParts = logParts(v, code, x);
  const logLessOne = v.add(v.sub(v.mul(k, v.constant(ln2High)), v.constant(1)), v.sub(f, rest));
  const inverse = code.keep(v.div(v.constant(1), x));
  const square = code.keep(v.mul(inverse, inverse));
  const tail = v.add(v.constant(halfLog2Pi - 0.5), v.mul(polynomial(v, code, stirling, square), inverse));
  const value = v.add(v.mul(v.sub(x, v.constant(0.5)), logLessOne), tail);
  return v.choose(v.gt(x, v.constant(2.6e305)), infinite(v), value);
};

/** log Γ(x) = log(π / |x sin πx|) − log Γ(−x) for x < 0, from log Γ(|x|); +∞ at the poles and at −∞. */
const reflected = (v: Vector, code: Code, size: Local, positive: Local): Expr => {
  const d = code.keep(v.abs(v.sub(size, v.nearest(size))));
  const argument = v.div(v.constant(Math.PI), v.mul(size, sinPi(v, code, d)));
  const value = v.sub(code.call("log", argument), positive);
  const isPole = v.or(v.eq(d, v.constant(0)), v.eq(size, infinite(v)));
  return v.choose(isPole, infinite(v), v.choose(v.lt(size, v.constant(1e-17)), positive, value));
};

/** log |Γ(x)|. */
export const lgamma = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const result = code.keep(v.constant(0));
  code.when(v.notAll(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(lgammaSmall(v, inner, size)));
  });
  code.when(v.any(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(v.choose(isLarge(v, size), lgammaLarge(v, inner, size), result)));
  });
  code.when(v.any(v.le(x, v.constant(0))), (inner) => {
    const other = reflected(v, inner, size, result);
    inner.stmts.push(result.set(v.choose(v.le(x, v.constant(0)), other, result)));
  });
  return result;
};

const digammaSmall = (v: Vector, code: Code, x: Local): Expr => {
  const below = code.keep(v.lt(x, v.constant(0.75)));
  const y = code.keep(v.add(x, v.and(below, v.constant(1))));
  const sum = code.keep(v.constant(0));
  code.when(v.any(below), (inner) => {
    inner.stmts.push(sum.set(v.and(below, v.div(v.constant(-1), x))));
  });
  const isFar = v.and(v.ge(y, v.constant(2.5)), v.not(isLarge(v, x)));
  code.loop(v.any(isFar), (inner) => {
    const far = inner.keep(isFar);
    inner.stmts.push(y.set(v.sub(y, v.and(far, v.constant(1)))));
    inner.stmts.push(sum.set(v.add(sum, v.and(far, v.div(v.constant(1), y)))));
  });
  const u = code.keep(v.sub(y, v.constant(1.625)));
  const fromZero = v.sub(v.sub(y, v.constant(zero.high)), v.constant(zero.low));
  return v.add(v.mul(fromZero, ledPolynomial(v, code, digammaNear, u)), sum);
};

const digammaLarge = (v: Vector, code: Code, size: Local): Expr => {
  const x = largeOnly(v, code, size);
  const inverse = code.keep(v.div(v.constant(1), x));
  const square = code.keep(v.mul(inverse, inverse));
  const tail = v.mul(square, polynomial(v, code, slopeTail, square));
  const value = v.add(logNormal(v, code, x), v.sub(tail, v.mul(inverse, v.constant(0.5))));
  return v.choose(v.eq(x, infinite(v)), x, value);
};

/** π cot πx from the distance to the nearest whole number; NaN at whole numbers. */
const piCot = (v: Vector, code: Code, x: Expr): Expr => {
  const d = code.keep(v.sub(x, v.nearest(x)));
  const size = code.keep(v.abs(d));
  const complement = code.keep(v.sub(v.constant(0.5), size));
  const ratio = v.div(sinPi(v, code, complement), sinPi(v, code, d));
  return v.choose(v.eq(d, v.constant(0)), v.constant(Number.NaN), v.mul(ratio, v.constant(Math.PI)));
};

/** ψ(x) = d log Γ / dx; for x < 0, ψ(1 − x) − π cot πx. NaN at the poles −1, −2, … and −∞; −∞ at 0. */
export const digamma = (v: Vector, code: Code, x: Expr): Expr => {
  const negative = v.lt(x, v.constant(0));
  const size = code.keep(v.choose(negative, v.sub(v.constant(1), x), x));
  const result = code.keep(v.constant(0));
  code.when(v.notAll(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(digammaSmall(v, inner, size)));
  });
  code.when(v.any(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(v.choose(isLarge(v, size), digammaLarge(v, inner, size), result)));
  });
  code.when(v.any(negative), (inner) => {
    inner.stmts.push(result.set(v.choose(negative, v.sub(result, piCot(v, inner, x)), result)));
  });
  return result;
};
