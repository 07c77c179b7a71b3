/** log B(a, b), by the ranges of src/core/special/beta.ts. */
import type { Expr, Local } from "../assembler.ts";
import { stirlingTail } from "./counts.ts";
import { halfLog2Pi, isLarge, largeOnly } from "./gamma.ts";
import type { Code, Vector } from "./vector.ts";

/** For 8 ≤ a ≤ b. */
const bothLarge = (v: Vector, code: Code, a: Local, b: Local, errors: Expr): Expr => {
  const first = v.mul(v.sub(a, v.constant(0.5)), code.keep(code.call("log1p", v.div(b, a))));
  const second = v.mul(b, code.keep(code.call("log1p", v.div(a, b))));
  const log = v.mul(v.constant(0.5), code.keep(code.call("log", b)));
  return v.sub(v.sub(v.add(v.sub(v.constant(halfLog2Pi), log), errors), first), second);
};

/** log Γ(b) − log Γ(a + b) for b ≥ 8. */
const oneLarge = (v: Vector, code: Code, a: Expr, b: Local, errors: Expr): Expr => {
  const first = v.mul(v.sub(b, v.constant(0.5)), code.keep(code.call("log1p", v.div(a, b))));
  const second = v.mul(a, v.sub(code.keep(code.call("log", v.add(a, b))), v.constant(1)));
  return v.sub(v.sub(errors, first), second);
};

/** Where b ≥ 8. */
const large = (v: Vector, code: Code, a: Local, b: Local): Local => {
  const y = largeOnly(v, code, b);
  const gap = v.sub(stirlingTail(v, code, y), stirlingTail(v, code, code.keep(v.add(y, a))));
  const result = code.keep(gap);
  const isBoth = isLarge(v, a);
  const isOne = code.keep(v.not(isBoth));
  const errors = code.keep(result);
  code.when(v.any(isOne), (inner) => {
    const value = v.add(inner.call("lgamma", a), oneLarge(v, inner, a, y, errors));
    inner.stmts.push(result.set(value));
  });
  code.when(v.any(isBoth), (inner) => {
    const x = largeOnly(v, inner, a);
    const value = bothLarge(v, inner, x, y, v.add(stirlingTail(v, inner, x), errors));
    inner.stmts.push(result.set(v.choose(isBoth, value, result)));
  });
  return result;
};

/** log Γ(a) + log Γ(b) − log Γ(a + b) for a, b < 8. */
const small = (v: Vector, code: Code, a: Local, b: Local): Expr => {
  const ofB = code.keep(code.call("lgamma", b));
  const ofSum = code.keep(code.call("lgamma", v.add(a, b)));
  return v.add(code.call("lgamma", a), v.sub(ofB, ofSum));
};

/** NaN for a or b below 0 and for 0 beside ∞; +∞ at 0, −∞ at ∞. */
const atEdge = (v: Vector, a: Expr, b: Expr): Expr => {
  const infinity = v.constant(Number.POSITIVE_INFINITY);
  const isInfinite = v.eq(b, infinity);
  const nan = v.constant(Number.NaN);
  const atZero = v.choose(isInfinite, nan, infinity);
  const value = v.choose(v.eq(a, v.constant(0)), atZero, v.constant(Number.NEGATIVE_INFINITY));
  return v.choose(v.and(v.ge(a, v.constant(0)), v.ge(b, v.constant(0))), value, nan);
};

export const logBeta = (v: Vector, code: Code, first: Expr, second: Expr): Expr => {
  const a = code.keep(v.pmin(first, second));
  const b = code.keep(v.pmax(second, first));
  const result = code.keep(v.constant(0));
  code.when(v.notAll(isLarge(v, b)), (inner) => {
    inner.stmts.push(result.set(small(v, inner, a, b)));
  });
  code.when(v.any(isLarge(v, b)), (inner) => {
    const value = large(v, inner, a, b);
    inner.stmts.push(result.set(v.choose(isLarge(v, b), value, result)));
  });
  const usual = v.and(v.gt(a, v.constant(0)), v.lt(b, v.constant(Number.POSITIVE_INFINITY)));
  code.when(v.notAll(usual), (inner) => {
    inner.stmts.push(result.set(v.choose(usual, result, atEdge(v, a, b))));
  });
  return result;
};
