/** Φ and its relatives, from exp(−½x²) and the scaled complementary error function Q(y)/(1 + 2y) of y = |x|/√2. */
import type { Expr, Local } from "../assembler.ts";
import { capped, erfSeries, gaussian, scaledComplement } from "./error.ts";
import { expFast, expSlow } from "./exponential.ts";
import { log1pOf, onePlus } from "./logarithm.ts";
import type { Code, Vector } from "./vector.ts";

/** From `slow` on the density is not a normal number; from `end` on it rounds to 0. */
const slow = 37;
const end = 39;

const half = (v: Vector): Expr => v.constant(0.5);

/** exp(−½ min(|x|, end)²). */
const bell = (v: Vector, code: Code, x: Expr): Local => {
  const size = capped(v, code, x, end);
  const near = code.keep(v.pmin(size, v.constant(slow)));
  const result = code.keep(gaussian(v, code, near, 0.5, expFast));
  const isFar = v.gt(size, v.constant(slow));
  code.when(v.any(isFar), (inner) => {
    const far = gaussian(v, inner, size, 0.5, expSlow);
    inner.stmts.push(result.set(v.choose(isFar, far, result)));
  });
  return result;
};

/** |x|/√2, and Q of it: from 1e160 on both stand still. */
const scaledTail = (v: Vector, code: Code, x: Expr): { readonly y: Local; readonly q: Local } => {
  const y = code.keep(v.mul(v.pmin(v.abs(x), v.constant(1e160)), v.constant(Math.SQRT1_2)));
  return { y, q: code.keep(scaledComplement(v, code, y)) };
};

/** ½ + ½ erf(x/√2) about 0; elsewhere φ's tail, or 1 less it. */
export const normalCdf = (v: Vector, code: Code, x: Expr): Expr => {
  const result = code.keep(v.constant(0));
  const isNear = code.keep(v.le(v.abs(x), v.constant(0.35)));
  code.when(v.any(isNear), (inner) => {
    const erf = erfSeries(v, inner, inner.keep(v.mul(x, v.constant(Math.SQRT1_2))));
    inner.stmts.push(result.set(v.add(half(v), v.mul(half(v), erf))));
  });
  code.when(v.notAll(isNear), (inner) => {
    const { y, q } = scaledTail(v, inner, x);
    const tail = inner.keep(v.mul(bell(v, inner, x), v.div(q, v.multiplyAdd(y, v.constant(4), v.constant(2)))));
    const sided = v.choose(v.lt(x, v.constant(0)), tail, v.sub(v.constant(1), tail));
    inner.stmts.push(result.set(v.choose(isNear, result, sided)));
  });
  return result;
};

/** log(½ Q/(1 + 2y)) − ½x² for x < 0, else log(1 − Φ(−x)). */
export const normalLogCdf = (v: Vector, code: Code, x: Expr): Expr => {
  const { y, q } = scaledTail(v, code, x);
  const ratio = code.keep(v.div(q, v.multiplyAdd(y, v.constant(4), v.constant(2))));
  const tail = code.keep(v.mul(bell(v, code, x), ratio));
  const negative = code.keep(v.lt(x, v.constant(0)));
  const { u, c } = onePlus(v, code, code.keep(v.neg(tail)));
  const ofU = code.keep(v.choose(negative, ratio, u));
  const log = log1pOf(v, code, v.choose(negative, v.constant(0), c), ofU);
  const square = v.mul(v.mul(x, half(v)), x);
  const value = v.sub(log, v.choose(v.ge(x, v.constant(0)), v.constant(0), square));
  return v.neg(v.abs(value));
};

/** φ/Φ = √(2/π) (1 + 2y)/Q for x < 0; with g = exp(−½x²), g/√2π (½ + y)/(½ + y − ¼ g Q) for x ≥ 0. */
export const inverseMills = (v: Vector, code: Code, x: Expr): Expr => {
  const negative = code.keep(v.lt(x, v.constant(0)));
  const { y, q } = scaledTail(v, code, x);
  const g = bell(v, code, x);
  const whole = code.keep(v.choose(negative, v.mul(v.abs(x), v.constant(Math.SQRT1_2)), y));
  const scale = code.keep(v.add(whole, half(v)));
  const factor = v.choose(
    negative,
    v.constant(Math.sqrt(2 / Math.PI)),
    v.mul(g, v.constant(1 / Math.sqrt(2 * Math.PI))),
  );
  const complement = v.sub(scale, v.mul(v.mul(g, v.constant(0.25)), q));
  return v.div(v.mul(factor, scale), v.choose(negative, v.mul(q, half(v)), complement));
};
