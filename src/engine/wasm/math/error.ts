import type { Expr, Local } from "../assembler.ts";
import { erfcScaled, erfSmall } from "./coefficients.ts";
import { expFast, expSlow } from "./exponential.ts";
import { type Code, ledPolynomial, polynomial, type Vector } from "./vector.ts";

/** x + x P(x²): erf x for |x| ≤ 1. */
export const erfSeries = (v: Vector, code: Code, x: Expr): Expr => {
  const square = code.keep(v.mul(x, x));
  return v.multiplyAdd(x, polynomial(v, code, erfSmall, square), x);
};

/** A double of 26 digits: its square is exact. */
const leading = (v: Vector, x: Expr): Expr => v.and(x, v.bits(-(1n << 27n)));

/** exp(−factor x²) in two parts, so that x² is not rounded. */
export const gaussian = (v: Vector, code: Code, x: Local, factor: 1 | 0.5, exp: typeof expFast): Local => {
  const scaled = (product: Expr): Expr => (factor === 1 ? v.neg(product) : v.mul(product, v.constant(-factor)));
  const high = code.keep(leading(v, x));
  const low = scaled(v.mul(v.sub(x, high), v.add(x, high)));
  return exp(v, code, code.keep(scaled(v.mul(high, high))), low);
};

/** (1 + 2x) exp(x²) erfc(x) for x ≥ 0. */
export const scaledComplement = (v: Vector, code: Code, x: Local): Expr => {
  const t = code.keep(v.div(v.sub(x, v.constant(3)), v.add(x, v.constant(3))));
  return ledPolynomial(v, code, erfcScaled, t);
};

/** erfc x for x ≥ 0. */
const complement = (v: Vector, code: Code, size: Local, exp: typeof expFast): Expr => {
  const gauss = gaussian(v, code, size, 1, exp);
  const scaled = scaledComplement(v, code, size);
  return v.mul(gauss, v.div(scaled, v.add(v.mul(size, v.constant(2)), v.constant(1))));
};

/** min(|x|, most). */
export const capped = (v: Vector, code: Code, x: Expr, most: number): Local =>
  code.keep(v.pmin(v.abs(x), v.constant(most)));

/** erf x = 1 − erfc x for x > 1. From 6 on it rounds to 1. */
export const erf = (v: Vector, code: Code, x: Expr): Expr => {
  const size = capped(v, code, x, 6);
  const result = code.keep(erfSeries(v, code, size));
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
  const result = code.keep(v.sub(v.constant(1), erfSeries(v, code, code.keep(v.signed(size, x)))));
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
