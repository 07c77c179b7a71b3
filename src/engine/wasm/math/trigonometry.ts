import { call, type Expr, type Func, type Local } from "../assembler.ts";
import { cosTail, sinPi as sinPiTail, sinTail } from "./coefficients.ts";
import { type Code, polynomial, type Vector } from "./vector.ts";

/** ½π in three parts, the first two of 33 bits, so that their products with n < 2²⁰ are exact (Cody & Waite 1980). */
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;
const magic = 6755399441055744;
const safe = 2 ** 20;

interface Quadrant {
  readonly shifted: Local;
  readonly r: Local;
  /** What r lacks of x − n ½π. */
  readonly low: Local;
}

const reduce = (v: Vector, code: Code, x: Expr): Quadrant => {
  const shifted = code.keep(v.add(v.mul(x, v.constant(2 / Math.PI)), v.constant(magic)));
  const n = code.keep(v.sub(shifted, v.constant(magic)));
  const first = code.keep(v.sub(x, v.mul(n, v.constant(halfPi[0]))));
  const taken = code.keep(v.mul(n, v.constant(halfPi[1])));
  const second = code.keep(v.sub(first, taken));
  const lost = v.sub(v.sub(first, second), taken);
  const last = code.keep(v.sub(v.mul(n, v.constant(halfPi[2])), lost));
  const r = code.keep(v.sub(second, last));
  return { shifted, r, low: code.keep(v.sub(v.sub(second, r), last)) };
};

/** sin(r + low) and cos(r + low) for |r| ≤ ¼π. */
const both = (v: Vector, code: Code, { r, low }: Quadrant): { sin: Local; cos: Local } => {
  const square = code.keep(v.mul(r, r));
  const half = code.keep(v.mul(square, v.constant(0.5)));
  const cube = v.mul(square, r);
  const sin = v.add(r, v.add(v.sub(v.mul(cube, polynomial(v, code, sinTail, square)), v.mul(half, low)), low));
  const most = code.keep(v.sub(v.constant(1), half));
  const lost = v.sub(v.sub(v.constant(1), most), half);
  const tail = v.mul(v.mul(square, square), polynomial(v, code, cosTail, square));
  return { sin: code.keep(sin), cos: code.keep(v.add(most, v.add(lost, v.sub(tail, v.mul(r, low))))) };
};

/** The lanes of 2²⁰ and more are given the host's function. */
const farByHost = (v: Vector, code: Code, x: Expr, host: () => Func, near: Expr): Local => {
  const result = code.keep(near);
  const isNear = v.lt(v.abs(x), v.constant(safe));
  code.when(v.notAll(isNear), (inner) => {
    const far = v.each(x, (value) => call(host(), value));
    inner.stmts.push(result.set(v.choose(isNear, result, far)));
  });
  return result;
};

/** All ones where the quadrant is odd. */
const isOdd = (v: Vector, quadrant: Expr): Expr => v.subBits(v.bits(0n), v.and(quadrant, v.bits(1n)));

/** sin(x + quarter ½π). From 2²⁰ on, by the host. */
const wave =
  (quarter: bigint) =>
  (v: Vector, code: Code, x: Expr, host: () => Func): Expr => {
    const reduced = reduce(v, code, x);
    const { sin, cos } = both(v, code, reduced);
    const quadrant = code.keep(v.addBits(reduced.shifted, v.bits(quarter)));
    const value = v.choose(isOdd(v, quadrant), cos, sin);
    return farByHost(v, code, x, host, v.xor(value, v.shiftLeft(v.and(quadrant, v.bits(2n)), 62)));
  };

/** sin x; NaN at ±∞. sin(−0) = −0. */
export const sin: ReturnType<typeof wave> = (v, code, x, host) => {
  const value = wave(0n)(v, code, x, host);
  return v.choose(v.eq(x, v.constant(0)), x, value);
};

export const cos: ReturnType<typeof wave> = wave(1n);

/** sin/cos, or −cos/sin in odd quadrants. tan(−0) = −0. */
export const tan = (v: Vector, code: Code, x: Expr, host: () => Func): Expr => {
  const reduced = reduce(v, code, x);
  const { sin, cos } = both(v, code, reduced);
  const odd = code.keep(isOdd(v, reduced.shifted));
  const value = farByHost(v, code, x, host, v.div(v.choose(odd, v.neg(cos), sin), v.choose(odd, sin, cos)));
  return v.choose(v.eq(x, v.constant(0)), x, value);
};

/** sin(πd) for |d| ≤ ½. */
export const sinPi = (v: Vector, code: Code, d: Local): Expr =>
  v.mul(d, polynomial(v, code, sinPiTail, code.keep(v.mul(d, d))));
