import { centre, type Ratio, shoulder, tail } from "../../../core/special/normal.ts";
import type { Expr, Local } from "../assembler.ts";
import { type Code, horner, type Vector } from "./vector.ts";

const ratio = (v: Vector, { over, under }: Ratio, x: Expr): Expr => v.div(horner(v, over, x), horner(v, under, x));

/** The quantile from q = p − ½ for |q| ≤ 0.425. */
export const central = (v: Vector, code: Code, q: Local): Expr => {
  const x = code.keep(v.sub(v.constant(0.180625), v.mul(q, q)));
  return v.mul(q, ratio(v, centre, x));
};

/** The lanes that `central` does not serve. */
export const isFar = (v: Vector, q: Expr): Expr => v.gt(v.abs(q), v.constant(0.425));

/** The quantile there, from the smaller tail min(p, 1 − p) and its logarithm. */
export const far = (v: Vector, code: Code, q: Expr, smaller: Local, log: Expr): Expr => {
  const r = code.keep(v.sqrt(v.neg(log)));
  const size = code.keep(ratio(v, shoulder, code.keep(v.sub(r, v.constant(1.6)))));
  const isTail = v.gt(r, v.constant(5));
  code.when(v.any(isTail), (inner) => {
    const last = ratio(v, tail, inner.keep(v.sub(r, v.constant(5))));
    inner.stmts.push(size.set(v.choose(isTail, last, size)));
    inner.stmts.push(size.set(v.choose(v.eq(smaller, v.constant(0)), v.constant(Number.POSITIVE_INFINITY), size)));
  });
  return v.choose(v.lt(q, v.constant(0)), v.neg(size), size);
};

/** min(p, 1 − p), by the side on which p is. */
export const smallerTail = (v: Vector, p: Expr, q: Expr): Expr =>
  v.choose(v.lt(q, v.constant(0)), p, v.sub(v.constant(1), p));

const quantileOf = (v: Vector, code: Code, q: Local, smaller: () => Expr): Expr => {
  const result = code.keep(central(v, code, q));
  code.when(v.any(isFar(v, q)), (inner) => {
    const less = inner.keep(smaller());
    const outer = inner.keep(far(v, inner, q, less, inner.call("log", less)));
    inner.stmts.push(result.set(v.choose(isFar(v, q), outer, result)));
  });
  return result;
};

/** Φ⁻¹(p). Wichura 1988, algorithm AS 241 (PPND16), in the order of operations of src/core/special/normal.ts. */
export const normalQuantile = (v: Vector, code: Code, p: Expr): Expr => {
  const q = code.keep(v.sub(p, v.constant(0.5)));
  return quantileOf(v, code, q, () => smallerTail(v, p, q));
};

/** erf⁻¹(x) = Φ⁻¹((1 + x)/2)/√2; ±∞ at ±1, NaN outside. */
export const erfinv = (v: Vector, code: Code, x: Expr): Expr => {
  const half = v.constant(0.5);
  const q = code.keep(v.mul(x, half));
  const quantile = quantileOf(v, code, q, () => v.mul(v.sub(v.constant(1), v.abs(x)), half));
  return v.mul(quantile, v.constant(Math.SQRT1_2));
};
