/** exp and its relatives: x = n log 2 + r, |r| ≤ ½ log 2, and a polynomial in r (Tang 1989; Cody & Waite 1980). */
import { type Expr, type Local, returning } from "../assembler.ts";
import { expTail } from "./coefficients.ts";
import { type Code, polynomial, type Vector } from "./vector.ts";

const settings = {
  f64: {
    magic: 6755399441055744,
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    safe: 708,
    top: 710,
    zero: -746,
  },
  f32: { magic: 12582912, high: 0.693359375, low: -2.1219444005469057e-4, safe: 87, top: 89, zero: -104 },
} as const;

/** The lanes where 2^n is a normal number. */
export const expIsSafe = (v: Vector, x: Expr): Expr => v.lt(v.abs(x), v.constant(settings[v.precision].safe));

interface Reduced {
  /** n in the low bits. */
  readonly shifted: Local;
  readonly n: Local;
  /** exp(r) − 1. */
  readonly less: Expr;
}

const reduce = (v: Vector, code: Code, x: Expr, low?: Expr): Reduced => {
  const { magic, high, low: ln2Low } = settings[v.precision];
  const shifted = code.keep(v.add(v.mul(x, v.constant(Math.LOG2E)), v.constant(magic)));
  const n = code.keep(v.sub(shifted, v.constant(magic)));
  const near = v.sub(v.sub(x, v.mul(n, v.constant(high))), v.mul(n, v.constant(ln2Low)));
  const r = code.keep(low ? v.add(near, low) : near);
  const square = code.keep(v.mul(r, r));
  return { shifted, n, less: v.multiplyAdd(square, polynomial(v, code, expTail[v.precision], r), r) };
};

const one = (v: Vector): Expr => v.constant(1);
/** 2^n from a number that has n in its low bits. */
const powerOfTwo = (v: Vector, shifted: Expr): Expr => v.addBits(v.shiftLeft(shifted, v.fraction), one(v));

/** exp(x + low) where `expIsSafe`. */
export const expFast = (v: Vector, code: Code, x: Expr, low?: Expr): Local => {
  const { shifted, less } = reduce(v, code, x, low);
  return code.keep(v.addBits(v.add(less, one(v)), v.shiftLeft(shifted, v.fraction)));
};

/** exp(x + low) for every x: 2^n in two factors, so that a subnormal result is rounded once. */
export const expSlow = (v: Vector, code: Code, x: Expr, low?: Expr): Local => {
  const { magic, top, zero } = settings[v.precision];
  const clamped = code.keep(v.pmax(v.pmin(x, v.constant(top)), v.constant(zero)));
  const { n, less } = reduce(v, code, clamped, low);
  const half = code.keep(v.add(v.mul(n, v.constant(0.5)), v.constant(magic)));
  const rest = v.add(v.sub(n, v.sub(half, v.constant(magic))), v.constant(magic));
  return code.keep(v.mul(v.mul(v.add(less, one(v)), powerOfTwo(v, half)), powerOfTwo(v, rest)));
};

type Exponential = (x: Expr, low?: Expr) => Local;

/** The same formula twice: with the slow exp if any lane of the argument asks for it, else with the fast one. */
export const withExp = (v: Vector, code: Code, x: Expr, write: (code: Code, exp: Exponential) => Expr): Expr => {
  code.when(v.notAll(expIsSafe(v, x)), (inner) => {
    inner.stmts.push(returning(write(inner, (y, low) => expSlow(v, inner, y, low))));
  });
  return write(code, (y, low) => expFast(v, code, y, low));
};

export const exp = (v: Vector, code: Code, x: Expr): Expr => withExp(v, code, x, (_, e) => e(x));

/** 2^n (exp(r) − 1) + (2^n − 1), where `expIsSafe`. */
export const expm1Fast = (v: Vector, code: Code, x: Expr): Local => {
  const { shifted, less } = reduce(v, code, x);
  const scale = code.keep(powerOfTwo(v, shifted));
  return code.keep(v.add(v.mul(scale, less), v.sub(scale, one(v))));
};

/** exp x and exp x − 1, where `expIsSafe`. */
export const expAndLess = (v: Vector, code: Code, x: Expr): { readonly exp: Local; readonly less: Local } => {
  const { shifted, less } = reduce(v, code, x);
  const near = code.keep(less);
  const scale = code.keep(powerOfTwo(v, shifted));
  return {
    exp: code.keep(v.addBits(v.add(near, one(v)), v.shiftLeft(shifted, v.fraction))),
    less: code.keep(v.add(v.mul(scale, near), v.sub(scale, one(v)))),
  };
};

export const expm1 = (v: Vector, code: Code, x: Expr): Expr => {
  const result = expm1Fast(v, code, x);
  code.when(v.notAll(expIsSafe(v, x)), (inner) => {
    const large = v.sub(expSlow(v, inner, x), one(v));
    inner.stmts.push(result.set(v.choose(expIsSafe(v, x), result, large)));
  });
  return v.signed(result, x);
};

/** Beyond this |x|, tanh x rounds to ±1. */
const tanhEnd = { f64: 20, f32: 10 } as const;

/** With e = exp(2|x|) − 1, tanh |x| = e/(e + 2). */
export const tanh = (v: Vector, code: Code, x: Expr): Expr => {
  const size = v.pmin(v.abs(x), v.constant(tanhEnd[v.precision]));
  const double = code.keep(v.mul(size, v.constant(2)));
  const e = expm1Fast(v, code, double);
  return v.signed(v.div(e, v.add(e, v.constant(2))), x);
};

/** 1/(1 + exp(−|x|)), or exp(−|x|) times that for x < 0. */
export const sigmoid = (v: Vector, code: Code, x: Expr): Expr =>
  withExp(v, code, x, (inner, exponential) => {
    const e = exponential(inner.keep(v.neg(v.abs(x))));
    return v.div(v.choose(v.lt(x, v.constant(0)), e, one(v)), v.add(e, one(v)));
  });
