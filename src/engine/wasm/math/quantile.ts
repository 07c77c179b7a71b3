import { centre, type Ratio, shoulder, tail } from "../../../core/special/normal.ts";
import type { Expr, Local } from "../assembler.ts";
import { type Code, horner, type Vector } from "./vector.ts";

const ratio = (v: Vector, { over, under }: Ratio, x: Expr): Expr => v.div(horner(v, over, x), horner(v, under, x));

/** The quantile from q = p − ½ and the smaller tail min(p, 1 − p), which is asked for where it counts. */
const quantileOf = (v: Vector, code: Code, q: Local, tailOf: () => Expr): Expr => {
  const x = code.keep(v.sub(v.constant(0.180625), v.mul(q, q)));
  const result = code.keep(v.mul(q, ratio(v, centre, x)));
  const isFar = v.gt(v.abs(q), v.constant(0.425));
  code.when(v.any(isFar), (inner) => {
    const smaller = inner.keep(tailOf());
    const r = inner.keep(v.sqrt(v.neg(inner.call("log", smaller))));
    const size = inner.keep(ratio(v, shoulder, inner.keep(v.sub(r, v.constant(1.6)))));
    const isTail = v.gt(r, v.constant(5));
    inner.when(v.any(isTail), (last) => {
      const far = ratio(v, tail, last.keep(v.sub(r, v.constant(5))));
      last.stmts.push(size.set(v.choose(isTail, far, size)));
      last.stmts.push(size.set(v.choose(v.eq(smaller, v.constant(0)), v.constant(Number.POSITIVE_INFINITY), size)));
    });
    const signed = v.choose(v.lt(q, v.constant(0)), v.neg(size), size);
    inner.stmts.push(result.set(v.choose(isFar, signed, result)));
  });
  return result;
};

/** Φ⁻¹(p). Wichura 1988, algorithm AS 241 (PPND16), in the order of operations of src/core/special/normal.ts. */
export const normalQuantile = (v: Vector, code: Code, p: Expr): Expr => {
  const q = code.keep(v.sub(p, v.constant(0.5)));
  return quantileOf(v, code, q, () => v.choose(v.lt(q, v.constant(0)), p, v.sub(v.constant(1), p)));
};

/** erf⁻¹(x) = Φ⁻¹((1 + x)/2)/√2; ±∞ at ±1, NaN outside. */
export const erfinv = (v: Vector, code: Code, x: Expr): Expr => {
  const half = v.constant(0.5);
  const q = code.keep(v.mul(x, half));
  const quantile = quantileOf(v, code, q, () => v.mul(v.sub(v.constant(1), v.abs(x)), half));
  return v.mul(quantile, v.constant(Math.SQRT1_2));
};
