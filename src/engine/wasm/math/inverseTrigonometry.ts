import type { Expr, Local } from "../assembler.ts";
import { asinTail, atanTail } from "./coefficients.ts";
import { type Code, polynomial, type Vector } from "./vector.ts";

/** ½π, ¼π and π, and what these doubles lack. */
const half = { high: Math.PI / 2, low: 6.123233995736766e-17 };
const quarter = { high: Math.PI / 4, low: 3.061616997868383e-17 };

/** Beyond √2 + 1, ½π − atan(1/x); beyond √2 − 1, ¼π + atan((x − 1)/(x + 1)) (Cody & Waite 1980). */
export const atan = (v: Vector, code: Code, x: Expr): Expr => {
  const size = code.keep(v.abs(x));
  const one = v.constant(1);
  const far = code.keep(v.gt(size, v.constant(Math.SQRT2 + 1)));
  const middle = code.keep(v.and(v.gt(size, v.constant(Math.SQRT2 - 1)), v.not(far)));
  const over = v.choose(far, v.constant(-1), v.choose(middle, v.sub(size, one), size));
  const under = v.choose(far, size, v.choose(middle, v.add(size, one), one));
  const r = code.keep(v.div(over, under));
  const square = code.keep(v.mul(r, r));
  const tail = v.mul(v.mul(r, square), polynomial(v, code, atanTail, square));
  const part = (name: "high" | "low"): Expr =>
    v.or(v.and(far, v.constant(half[name])), v.and(middle, v.constant(quarter[name])));
  return v.signed(v.abs(v.add(part("high"), v.add(r, v.add(tail, part("low"))))), x);
};

interface Reduced {
  readonly size: Local;
  readonly far: Local;
  /** asin r, where r is |x| up to ½, and √(½(1 − |x|)) beyond. */
  readonly angle: Local;
}

const reduced = (v: Vector, code: Code, x: Expr): Reduced => {
  const size = code.keep(v.abs(x));
  const far = code.keep(v.gt(size, v.constant(0.5)));
  const halved = code.keep(v.mul(v.sub(v.constant(1), size), v.constant(0.5)));
  const square = code.keep(v.choose(far, halved, v.mul(size, size)));
  const r = code.keep(v.choose(far, v.sqrt(halved), size));
  return { size, far, angle: code.keep(v.multiplyAdd(v.mul(r, square), polynomial(v, code, asinTail, square), r)) };
};

/** ½π − (2 angle − what ½π lacks). */
const fromRight = (v: Vector, twice: Expr): Expr => v.sub(v.constant(half.high), v.sub(twice, v.constant(half.low)));

/** Beyond ½, ½π − 2 asin √(½(1 − |x|)). NaN outside [−1, 1]. */
export const asin = (v: Vector, code: Code, x: Expr): Expr => {
  const { far, angle } = reduced(v, code, x);
  return v.signed(v.abs(v.choose(far, fromRight(v, v.add(angle, angle)), angle)), x);
};

/** 2 asin √(½(1 − x)) beyond ½, π less that of −x below −½, else ½π − asin x. NaN outside [−1, 1]. */
export const acos = (v: Vector, code: Code, x: Expr): Expr => {
  const { far, angle } = reduced(v, code, x);
  const negative = code.keep(v.lt(x, v.constant(0)));
  const twice = code.keep(v.add(angle, angle));
  const left = v.sub(v.constant(2 * half.high), v.sub(twice, v.constant(2 * half.low)));
  const outer = v.choose(negative, left, twice);
  return v.choose(far, outer, fromRight(v, v.choose(negative, v.neg(angle), angle)));
};
