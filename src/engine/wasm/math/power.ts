import { call, type Expr, type Func, type Local, lane, op, returning } from "../assembler.ts";
import { logTail } from "./coefficients.ts";
import { expFast } from "./exponential.ts";
import { normalAndFinite, reduced } from "./logarithm.ts";
import { type Code, polynomial, type Vector } from "./vector.ts";

/** Up to here in |y log x| the logarithm's 60 digits are enough; beyond, the host is asked. */
const safe = 32;
const ln2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 };

/** The leading 26 digits: products of two such are exact (Dekker 1971). */
const leading = (v: Vector, x: Expr): Expr => v.and(x, v.bits(-(1n << 27n)));

interface Pair {
  readonly high: Local;
  readonly low: Local;
}

/** The logarithm of a normal x to about 60 binary digits: 2 s in two parts, as in Tang 1990, and the tail in one. */
const longLog = (v: Vector, code: Code, x: Expr): Pair => {
  const { k, f } = reduced(v, code, x);
  const divisor = code.keep(v.add(f, v.constant(2)));
  const inverse = code.keep(v.div(v.constant(1), divisor));
  const divisorHigh = code.keep(leading(v, divisor));
  const divisorLow = v.add(v.sub(v.constant(2), divisorHigh), f);
  const sHigh = code.keep(leading(v, v.mul(f, inverse)));
  const left = v.sub(v.sub(f, v.mul(sHigh, divisorHigh)), v.mul(sHigh, divisorLow));
  const sLow = code.keep(v.mul(left, inverse));
  const s = code.keep(v.add(sHigh, sLow));
  const square = code.keep(v.mul(s, s));
  const tail = v.mul(v.mul(s, square), polynomial(v, code, logTail.f64, square));
  const most = code.keep(v.mul(k, v.constant(ln2.high)));
  const twice = code.keep(v.add(sHigh, sHigh));
  const sum = code.keep(v.add(most, twice));
  const lost = v.sub(twice, v.sub(sum, most));
  const small = v.add(v.add(sLow, sLow), v.add(tail, v.mul(k, v.constant(ln2.low))));
  const rest = code.keep(v.add(lost, small));
  const high = code.keep(v.add(sum, rest));
  return { high, low: code.keep(v.sub(rest, v.sub(high, sum))) };
};

/** y log x in two parts. */
const times = (v: Vector, code: Code, y: Expr, log: Pair): Pair => {
  const yHigh = code.keep(leading(v, y));
  const high = code.keep(leading(v, log.high));
  const low = code.keep(v.add(v.sub(log.high, high), log.low));
  const product = code.keep(v.mul(yHigh, high));
  const rest = v.add(v.mul(yHigh, low), v.mul(v.sub(y, yHigh), log.high));
  return { high: product, low: code.keep(rest) };
};

const hostEach = (host: Func, x: Expr, y: Expr): Expr => {
  const at = (i: number): Expr => call(host, lane("f64x2.extract_lane", i, x), lane("f64x2.extract_lane", i, y));
  return lane("f64x2.replace_lane", 1, op("f64x2.splat", at(0)), at(1));
};

/** x^y = exp(y log x) for normal x > 0 and a moderate result; all else lane by lane by the host. In double precision. */
export const pow = (v: Vector, code: Code, x: Expr, y: Expr, host: () => Func): Expr => {
  const log = longLog(v, code, x);
  const inside = v.and(normalAndFinite(v, x), v.lt(v.abs(v.mul(y, log.high)), v.constant(safe)));
  const mask = code.keep(inside);
  const { high, low } = times(v, code, y, log);
  const result = expFast(v, code, high, low);
  code.when(v.notAll(mask), (inner) => {
    inner.stmts.push(returning(v.choose(mask, result, hostEach(host(), x, y))));
  });
  return result;
};
