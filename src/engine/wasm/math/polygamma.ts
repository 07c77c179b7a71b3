import type { Expr, Local } from "../assembler.ts";
import { trigammaNear } from "./coefficients.ts";
import { isLarge, largeOnly, stirling, stirlingFrom } from "./gamma.ts";
import { sinPi } from "./trigonometry.ts";
import { type Code, ledPolynomial, polynomial, type Vector } from "./vector.ts";

/** Bernoulli's numbers B_2k, k ≥ 1. */
const bernoulli = stirling.map((c, i) => c * (2 * i + 1) * (2 * i + 2));

/** 1/x² + ψ′(x + 1) for 0 ≤ x < 8. */
const trigammaSmall = (v: Vector, code: Code, size: Local): Expr => {
  const x = code.keep(v.pmin(size, v.constant(stirlingFrom)));
  const y = code.keep(v.add(x, v.constant(1)));
  const t = code.keep(v.div(v.sub(y, v.constant(3)), v.add(y, v.constant(3))));
  const shifted = v.div(ledPolynomial(v, code, trigammaNear, t), y);
  return v.add(v.div(v.constant(1), v.mul(x, x)), shifted);
};

/** 1/x + 1/(2x²) + Σ B_2k/x^(2k + 1), Abramowitz & Stegun 6.4.12. */
const trigammaLarge = (v: Vector, code: Code, size: Local): Expr => {
  const inverse = code.keep(v.div(v.constant(1), largeOnly(v, code, size)));
  const square = code.keep(v.mul(inverse, inverse));
  const tail = v.add(v.constant(0.5), v.mul(inverse, polynomial(v, code, bernoulli, square)));
  return v.multiplyAdd(square, tail, inverse);
};

/** ψ′(x), for x < 0 by reflection: (π/sin πx)² − ψ′(1 − x). +∞ at the poles 0, −1, −2, …; NaN at −∞. */
export const trigamma = (v: Vector, code: Code, x: Expr): Expr => {
  const negative = v.lt(x, v.constant(0));
  const size = code.keep(v.choose(negative, v.sub(v.constant(1), x), x));
  const result = code.keep(v.constant(0));
  code.when(v.notAll(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(trigammaSmall(v, inner, size)));
  });
  code.when(v.any(isLarge(v, size)), (inner) => {
    inner.stmts.push(result.set(v.choose(isLarge(v, size), trigammaLarge(v, inner, size), result)));
  });
  code.when(v.any(negative), (inner) => {
    const d = inner.keep(v.sub(x, v.nearest(x)));
    const root = inner.keep(v.div(v.constant(Math.PI), sinPi(v, inner, d)));
    inner.stmts.push(result.set(v.choose(negative, v.sub(v.mul(root, root), result), result)));
  });
  return result;
};
