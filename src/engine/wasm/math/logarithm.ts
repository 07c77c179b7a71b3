/** log and its relatives: x = 2^k (1 + f), √½ ≤ 1 + f < √2, s = f/(2 + f), log(1 + f) = 2 atanh s (Tang 1990). */
import { type Expr, type Local, returning } from "../assembler.ts";
import { log1pTail, logTail } from "./coefficients.ts";
import { expAndLess, withExp } from "./exponential.ts";
import { type Code, polynomial, type Vector } from "./vector.ts";

const settings = {
  f64: {
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    least: 2 ** -1022,
    most: 2 ** 1000,
    scale: 54,
    rootHalf: 0x3fe6a09e667f3bcdn,
    oneBits: 0x3ff0000000000000n,
    exponentBits: 0xfff0000000000000n,
    inverseBits: 0x7fe0000000000000n,
  },
  f32: {
    high: 0.693359375,
    low: -2.1219444005469057e-4,
    least: 2 ** -126,
    most: 2 ** 100,
    scale: 25,
    rootHalf: 0x3f3504f3n,
    oneBits: 0x3f800000n,
    exponentBits: 0xff800000n,
    inverseBits: 0x7f000000n,
  },
} as const;

export interface LogParts {
  /** The exponent k and 1 + f's f; the logarithm of 1 + f is f − rest. */
  readonly k: Local;
  readonly f: Local;
  readonly rest: Local;
  /** 2^k's exponent bits, bias included. */
  readonly exponent: Local;
}

/** An unsigned small integer in each lane, as a real. */
const toReal = (v: Vector, whole: Expr): Expr =>
  v.precision === "f64"
    ? v.sub(v.or(whole, v.bits(0x4330000000000000n)), v.constant(2 ** 52 + v.bias))
    : v.sub(v.or(whole, v.bits(0x4b000000n)), v.constant(2 ** 23 + v.bias));

/** f − log(1 + f) − low for √½ ≤ 1 + f < √2. */
const restOf = (v: Vector, code: Code, f: Local, low: Expr): Local => {
  const s = code.keep(v.div(f, v.add(f, v.constant(2))));
  const square = code.keep(v.mul(s, s));
  const half = code.keep(v.mul(v.mul(f, f), v.constant(0.5)));
  const tail = v.mul(square, polynomial(v, code, logTail[v.precision], square));
  return code.keep(v.sub(half, v.multiplyAdd(s, v.add(half, tail), low)));
};

/** x = 2^k (1 + f) for normal, positive, finite x. */
export const reduced = (v: Vector, code: Code, x: Expr): Omit<LogParts, "rest"> => {
  const { rootHalf, oneBits, exponentBits } = settings[v.precision];
  const shifted = code.keep(v.addBits(x, v.bits(oneBits - rootHalf)));
  const exponent = code.keep(v.and(shifted, v.bits(exponentBits)));
  const k = code.keep(toReal(v, v.shiftRight(shifted, v.fraction)));
  const mantissa = v.addBits(v.subBits(shifted, exponent), v.bits(rootHalf));
  return { k, f: code.keep(v.sub(mantissa, v.constant(1))), exponent };
};

/** The same, and log(1 + f). `lowOf` gives what is to be added to the logarithm, far below it. */
export const logParts = (v: Vector, code: Code, x: Expr, lowOf?: (f: Local, exponent: Local) => Expr): LogParts => {
  const parts = reduced(v, code, x);
  const small = v.mul(parts.k, v.constant(settings[v.precision].low));
  const low = lowOf ? v.add(small, lowOf(parts.f, parts.exponent)) : small;
  return { ...parts, rest: restOf(v, code, parts.f, low) };
};

const whole = (v: Vector, { k, f, rest }: LogParts): Expr =>
  v.sub(v.mul(k, v.constant(settings[v.precision].high)), v.sub(rest, f));

/** log x for normal, positive, finite x. */
export const logNormal = (v: Vector, code: Code, x: Expr): Expr => whole(v, logParts(v, code, x));

const infinity = (v: Vector): Expr => v.constant(Number.POSITIVE_INFINITY);

/** log x for every x, from a logarithm of the lanes that are normal. */
const logSlow = (v: Vector, code: Code, x: Expr): Expr => {
  const { least, scale } = settings[v.precision];
  const subnormal = code.keep(v.lt(x, v.constant(least)));
  const scaled = code.keep(v.choose(subnormal, v.mul(x, v.constant(2 ** scale)), x));
  const finite = code.keep(v.and(v.gt(scaled, v.constant(0)), v.lt(scaled, infinity(v))));
  const log = logParts(v, code, code.keep(v.choose(finite, scaled, v.constant(1))), () =>
    v.and(subnormal, v.constant(-scale * settings[v.precision].low)),
  );
  const k = code.keep(v.sub(log.k, v.and(subnormal, v.constant(scale))));
  const atZero = v.choose(v.eq(x, v.constant(0)), v.constant(Number.NEGATIVE_INFINITY), v.constant(Number.NaN));
  const special = v.choose(v.gt(x, v.constant(0)), infinity(v), atZero);
  return v.choose(finite, whole(v, { ...log, k }), special);
};

/** The lanes that are normal, positive and finite. */
export const normalAndFinite = (v: Vector, x: Expr): Expr =>
  v.and(v.ge(x, v.constant(settings[v.precision].least)), v.lt(x, infinity(v)));

/** −∞ at ±0, NaN below. */
export const log = (v: Vector, code: Code, x: Expr): Expr => {
  code.when(v.notAll(normalAndFinite(v, x)), (inner) => {
    inner.stmts.push(returning(logSlow(v, inner, x)));
  });
  return logNormal(v, code, x);
};

/**
 * log(u + c) for a normal, positive u and a far smaller c; as log(1 + x) for −1 < x, not huge: u = 1 + x, what rounding took from it is c, and log(1 + x) = log u + c/u. 2^−k c/(1 + f) needs
 * few digits.
 */
export const log1pOf = (v: Vector, code: Code, c: Expr, u: Expr): Expr => {
  const inverse = (exponent: Expr): Expr => v.subBits(v.bits(settings[v.precision].inverseBits), exponent);
  return whole(
    v,
    logParts(v, code, u, (f, exponent) => {
      const scaled = v.mul(c, inverse(exponent));
      return v.mul(scaled, v.sub(v.constant(1), v.mul(f, v.sub(v.constant(1), f))));
    }),
  );
};

/** log(1 + x) for 0 ≤ x ≤ 1: with s = x/(2 + x), 2 atanh s = x − s (x − s² P(s²)). */
const log1pUnit = (v: Vector, code: Code, x: Local): Expr => {
  const s = code.keep(v.div(x, v.add(x, v.constant(2))));
  const square = code.keep(v.mul(s, s));
  const tail = polynomial(v, code, log1pTail[v.precision], square);
  return v.sub(x, v.mul(s, v.sub(x, v.mul(square, tail))));
};

/** 1 + x, and what rounding takes from it. */
export const onePlus = (v: Vector, code: Code, x: Expr): { readonly u: Local; readonly c: Local } => {
  const u = code.keep(v.add(x, v.constant(1)));
  const t = code.keep(v.sub(u, v.constant(1)));
  return { u, c: code.keep(v.add(v.sub(v.constant(1), v.sub(u, t)), v.sub(x, t))) };
};

/** −∞ at −1, NaN below. */
export const log1p = (v: Vector, code: Code, x: Expr): Expr => {
  const { u, c } = onePlus(v, code, x);
  const usual = v.and(v.gt(x, v.constant(-1)), v.lt(x, v.constant(settings[v.precision].most)));
  code.when(v.notAll(usual), (inner) => {
    const mask = inner.keep(usual);
    const large = inner.keep(logSlow(v, inner, u));
    const safe = inner.keep(v.choose(mask, u, v.constant(1)));
    const small = log1pOf(v, inner, v.and(mask, c), safe);
    inner.stmts.push(returning(v.choose(mask, v.signed(small, x), large)));
  });
  return v.signed(log1pOf(v, code, c, u), x);
};

/** log(1 + exp x) = max(x, 0) + log1p(exp(−|x|)). */
export const softplus = (v: Vector, code: Code, x: Expr): Expr =>
  withExp(v, code, x, (inner, exponential) => {
    const e = exponential(inner.keep(v.neg(v.abs(x))));
    return v.add(v.pmax(x, v.constant(0)), log1pUnit(v, inner, e));
  });

/** Beyond it 1 is nothing beside w². */
const bigSquare = 1e9;

/** log(1 + w²), whose square does not overflow. */
export const log1pSquare = (v: Vector, code: Code, w: Expr): Expr => {
  const usual = v.lt(v.abs(w), v.constant(bigSquare));
  const square = code.keep(v.mul(w, w));
  const { u, c } = onePlus(v, code, square);
  const result = code.keep(v.abs(log1pOf(v, code, c, u)));
  code.when(v.notAll(usual), (inner) => {
    const log = inner.call("log", v.abs(w));
    inner.stmts.push(result.set(v.choose(usual, result, v.add(log, log))));
  });
  return result;
};

/** Between them exp x, and 1 − exp x, are normal numbers. */
const log1mexpRange = { f64: [-708, -(2 ** -1000)], f32: [-87, -(2 ** -100)] } as const;

/** log(1 − exp x) for x ≤ 0: log(−expm1 x) from −log 2 on, else log1p(−exp x). Mächler 2012. */
export const log1mexp = (v: Vector, code: Code, x: Expr): Expr => {
  const [low, high] = log1mexpRange[v.precision];
  const near = code.keep(v.gt(x, v.constant(-Math.LN2)));
  code.when(v.notAll(v.and(v.gt(x, v.constant(low)), v.lt(x, v.constant(high)))), (inner) => {
    const close = inner.keep(inner.call("log", v.neg(inner.call("expm1", x))));
    const far = inner.call("log1p", v.neg(inner.call("exp", x)));
    inner.stmts.push(returning(v.choose(near, close, far)));
  });
  const { exp, less } = expAndLess(v, code, x);
  const { u, c } = onePlus(v, code, code.keep(v.neg(exp)));
  const value = log1pOf(v, code, v.choose(near, v.constant(0), c), code.keep(v.choose(near, v.neg(less), u)));
  return v.neg(v.abs(value));
};
