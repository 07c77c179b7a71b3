import type { Expr, Local } from "../assembler.ts";
import { erfcScaled, erfSmall } from "./coefficients.ts";
import { expFast, expSlow } from "./exponential.ts";
import { type Code, ledPolynomial, polynomial, type Vector } from "./vector.ts";

/** x + x P(x²): erf x for |x| ≤ 1. */
const small = (v: Vector, code: Code, x: Expr): Expr => {
  const square = code.keep(v.mul(x, x));
  return v.multiplyAdd(x, polynomial(v, code, erfSmall, square), x);
};

/** A double of 26 digits: its square is exact. */
const leading = (v: Vector, x: Expr): Expr => v.and(x, v.bits(-(1n << 27n)));

/** erfc x for x ≥ 0: exp(−x²) in two parts, so that x² is not rounded, times Q((x − 3)/(x + 3))/(1 + 2x). */
const complement = (v: Vector, code: Code, size: Local, exp: typeof expFast): Expr => {
  const high = code.keep(leading(v, size));
  const low = v.neg(v.mul(v.sub(size, high), v.add(size, high)));
  const gauss = exp(v, code, code.keep(v.neg(v.mul(high, high))), low);
  const t = code.keep(v.div(v.sub(size, v.constant(3)), v.add(size, v.constant(3))));
  const scaled = v.div(ledPolynomial(v, code, erfcScaled, t), v.add(v.mul(size, v.constant(2)), v.constant(1)));
  return v.mul(gauss, scaled);
};

const capped = (v: Vector, code: Code, x: Expr, most: number): Local => code.keep(v.pmin(v.abs(x), v.constant(most)));

/** erf x = 1 − erfc x for x > 1. From 6 on it rounds to 1. */
export const erf = (v: Vector, code: Code, x: Expr): Expr => {
  const size = capped(v, code, x, 6);
  const result = code.keep(small(v, code, size));
  const far = v.gt(size, v.constant(1));
  code.when(v.any(far), (inner) => {
    const large = complement(v, inner, size, expFast);
    inner.stmts.push(result.set(v.choose(far, v.sub(v.constant(1), large), result)));
  });
  return v.signed(result, x);
};

/** 1 − erf x, exact in its tail: 2 − erfc(−x) for x < −½, and 1 − erf x about 0. From 28 on it rounds to 0. */
export const erfc = (v: Vector, code: Code, x: Expr): Expr => {
  const size = capped(v, code, x, 28);
  const result = code.keep(v.sub(v.constant(1), small(v, code, code.keep(v.signed(size, x)))));
  const far = v.gt(size, v.constant(0.5));
  const write = (inner: Code, exp: typeof expFast): void => {
    const large = inner.keep(complement(v, inner, size, exp));
    const sided = v.choose(v.lt(x, v.constant(0)), v.sub(v.constant(2), large), large);
    inner.stmts.push(result.set(v.choose(far, sided, result)));
  };
  code.when(v.any(far), (inner) => write(inner, expFast));
  code.when(v.any(v.gt(size, v.constant(26))), (inner) => write(inner, expSlow));
  return result;
};
