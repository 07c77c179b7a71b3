import type { Expr, Local } from "../assembler.ts";
import { expAndLess, expIsSafe, expSlow } from "./exponential.ts";
import { log1pOf, onePlus } from "./logarithm.ts";
import type { Code, Vector } from "./vector.ts";

const ln2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 };

/** `usual`, or ½ exp |x| where exp |x| is near its end: log 2 is taken from the argument. */
const orHalfExp = (v: Vector, code: Code, size: Local, usual: Local): Local => {
  code.when(v.notAll(expIsSafe(v, size)), (inner) => {
    const argument = inner.keep(v.sub(size, v.constant(ln2.high)));
    const large = expSlow(v, inner, argument, v.constant(-ln2.low));
    inner.stmts.push(usual.set(v.choose(expIsSafe(v, size), usual, large)));
  });
  return usual;
};

/** With e = exp |x| − 1, sinh |x| = ½ (e + e/(e + 1)). */
export const sinh = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const { exp, less } = expAndLess(v, code, size);
  const usual = code.keep(v.mul(v.add(less, v.div(less, exp)), v.constant(0.5)));
  return v.signed(v.abs(orHalfExp(v, code, size, usual)), x);
};

export const cosh = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const { exp } = expAndLess(v, code, size);
  const half = code.keep(v.mul(exp, v.constant(0.5)));
  return orHalfExp(v, code, size, code.keep(v.add(half, v.div(v.constant(0.5), exp))));
};

/** From here on squares overflow, and log 2x serves both. */
const large = 1e150;

/** log(1 + y) where x < `large`, else log x + log 2. */
const logOfSum = (v: Vector, code: Code, x: Expr, y: Expr, usual: Expr): Local => {
  const { u, c } = onePlus(v, code, code.keep(y));
  const result = code.keep(log1pOf(v, code, c, u));
  code.when(v.notAll(usual), (inner) => {
    const far = v.add(inner.call("log", x), v.constant(Math.LN2));
    inner.stmts.push(result.set(v.choose(usual, result, far)));
  });
  return result;
};

/** log1p(|x| + x²/(1 + √(1 + x²))), signed. */
export const asinh = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const square = code.keep(v.mul(size, size));
  const root = v.sqrt(v.add(square, v.constant(1)));
  const y = v.add(size, v.div(square, v.add(root, v.constant(1))));
  return v.signed(v.abs(logOfSum(v, code, size, y, v.lt(size, v.constant(large)))), x);
};

/** With t = x − 1, log1p(t + √(t² + 2t)). NaN below 1. */
export const acosh = (v: Vector, code: Code, x: Expr): Expr => {
  const one = v.constant(1);
  const t = code.keep(v.sub(x, one));
  const y = v.add(t, v.sqrt(v.mul(t, v.add(t, v.constant(2)))));
  const domain = v.choose(v.ge(x, one), x, v.constant(Number.NaN));
  return v.abs(logOfSum(v, code, domain, y, v.and(v.ge(x, one), v.lt(x, v.constant(large)))));
};

/** ½ log1p(2|x|/(1 − |x|)), signed. ±∞ at ±1, NaN outside. */
export const atanh = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const y = code.keep(v.div(v.add(size, size), v.sub(v.constant(1), size)));
  const { u, c } = onePlus(v, code, y);
  const result = code.keep(log1pOf(v, code, c, u));
  const usual = v.lt(size, v.constant(1));
  code.when(v.notAll(usual), (inner) => {
    inner.stmts.push(result.set(v.choose(usual, result, inner.call("log1p", y))));
  });
  return v.signed(v.abs(v.mul(result, v.constant(0.5))), x);
};
