/** Arithmetic on one vector, f64x2 or f32x4, under one set of names. */
import {
  type Expr,
  type FunctionBody,
  f32x4,
  f64x2,
  type Instruction,
  i32,
  i32x4,
  i64x2,
  ifElse,
  type Local,
  lane,
  op,
  type Stmt,
  whileLoop,
} from "../assembler.ts";
import type { UnaryName } from "./names.ts";

type Both = "add" | "sub" | "mul" | "div" | "pmin" | "pmax" | "lt" | "le" | "gt" | "ge" | "eq" | "ne";
type One = "neg" | "abs" | "sqrt" | "nearest" | "floor";
type Unary = Readonly<Record<One, (a: Expr) => Expr>>;
type Binary = Readonly<Record<Both, (a: Expr, b: Expr) => Expr>>;

export interface Vector extends Unary, Binary {
  readonly precision: "f64" | "f32";
  readonly lanes: 2 | 4;
  /** Bits of the fraction, the exponent's bias, and 2^exponentBits − 1 shifted into place, sign bit included. */
  readonly fraction: number;
  readonly bias: number;
  constant(value: number): Expr;
  /** The same integer in each lane. */
  bits(value: bigint): Expr;
  addBits(a: Expr, b: Expr): Expr;
  subBits(a: Expr, b: Expr): Expr;
  shiftLeft(a: Expr, by: number): Expr;
  shiftRight(a: Expr, by: number): Expr;
  and(a: Expr, b: Expr): Expr;
  or(a: Expr, b: Expr): Expr;
  xor(a: Expr, b: Expr): Expr;
  not(a: Expr): Expr;
  /** `yes` in the lanes of the mask, else `no`. */
  choose(mask: Expr, yes: Expr, no: Expr): Expr;
  /** Whether a mask holds anywhere, or not everywhere: an i32. */
  any(mask: Expr): Expr;
  notAll(mask: Expr): Expr;
  /** a b + c, rounded once or twice. */
  multiplyAdd(a: Expr, b: Expr, c: Expr): Expr;
  /** The sign bit of x put on a value that has none. */
  signed(magnitude: Expr, x: Expr): Expr;
  /** f of each lane as an f64. */
  each(x: Expr, f: (lane: Expr) => Expr): Expr;
}

const unaryNames = ["neg", "abs", "sqrt", "nearest", "floor"] as const;
const binaryNames = ["add", "sub", "mul", "div", "pmin", "pmax", "lt", "le", "gt", "ge", "eq", "ne"] as const;

const signBit = { f64: 1n << 63n, f32: 1n << 31n } as const;

const eachLane = (precision: "f64" | "f32", x: Expr, f: (lane: Expr) => Expr): Expr => {
  if (precision === "f64") {
    const first = op("f64x2.splat", f(lane("f64x2.extract_lane", 0, x)));
    return lane("f64x2.replace_lane", 1, first, f(lane("f64x2.extract_lane", 1, x)));
  }
  const value = (i: number): Expr => op("f32.demote_f64", f(op("f64.promote_f32", lane("f32x4.extract_lane", i, x))));
  return [1, 2, 3].reduce((all, i) => lane("f32x4.replace_lane", i, all, value(i)), op("f32x4.splat", value(0)));
};

/** The vector of a precision. With `relaxed`, multiplyAdd may be one rounding. */
export const vectorOf = (precision: "f64" | "f32", relaxed: boolean): Vector => {
  const double = precision === "f64";
  const real = double ? "f64x2" : "f32x4";
  const whole = double ? "i64x2" : "i32x4";
  const lanes = double ? 2 : 4;
  const named = <K extends string, F>(names: readonly K[], make: (name: Instruction) => F): Record<K, F> =>
    Object.fromEntries(names.map((name) => [name, make(`${real}.${name}` as Instruction)])) as Record<K, F>;
  const bits = (value: bigint): Expr => (double ? i64x2(value) : i32x4(Number(BigInt.asIntN(32, value))));
  const bitmask = (mask: Expr): Expr => op(`${whole}.bitmask`, mask);
  const choose = (mask: Expr, yes: Expr, no: Expr): Expr => op("v128.bitselect", yes, no, mask);
  return {
    ...named(unaryNames, (name) => (a: Expr) => op(name, a)),
    ...named(binaryNames, (name) => (a: Expr, b: Expr) => op(name, a, b)),
    precision,
    lanes,
    fraction: double ? 52 : 23,
    bias: double ? 1023 : 127,
    constant: (value) => (double ? f64x2(value) : f32x4(value)),
    bits,
    addBits: (a, b) => op(`${whole}.add`, a, b),
    subBits: (a, b) => op(`${whole}.sub`, a, b),
    shiftLeft: (a, by) => op(`${whole}.shl`, a, i32(by)),
    shiftRight: (a, by) => op(`${whole}.shr_u`, a, i32(by)),
    and: (a, b) => op("v128.and", a, b),
    or: (a, b) => op("v128.or", a, b),
    xor: (a, b) => op("v128.xor", a, b),
    not: (a) => op("v128.not", a),
    choose,
    any: bitmask,
    notAll: (mask) => op("i32.ne", bitmask(mask), i32(2 ** lanes - 1)),
    multiplyAdd: (a, b, c) =>
      relaxed ? op(`${real}.relaxed_madd`, a, b, c) : op(`${real}.add`, op(`${real}.mul`, a, b), c),
    signed: (magnitude, x) => op("v128.or", magnitude, op("v128.and", x, bits(signBit[precision]))),
    each: (x, f) => eachLane(precision, x, f),
  };
};

/** Code of a function as it is written down: statements, and the names of what they computed. */
export interface Code {
  readonly stmts: Stmt[];
  /** Computes a value once. */
  keep(value: Expr): Local;
  /** Runs what `write` writes where the i32 is not zero. */
  when(test: Expr, write: (code: Code) => void): void;
  /** Runs it as long as the i32, tested first, is not zero. */
  loop(test: Expr, write: (code: Code) => void): void;
  /** Another function of the library. */
  call(name: UnaryName, x: Expr): Expr;
}

export const codeOf = (body: FunctionBody, call: Code["call"]): Code => {
  const stmts: Stmt[] = [];
  const written = (write: (code: Code) => void): Stmt[] => {
    const inner = codeOf(body, call);
    write(inner);
    return inner.stmts;
  };
  return {
    stmts,
    keep: (value) => {
      const local = body.local(value.type);
      stmts.push(local.set(value));
      return local;
    },
    when: (test, write) => {
      stmts.push(ifElse(test, written(write)));
    },
    loop: (test, write) => {
      stmts.push(whileLoop(test, written(write)));
    },
    call,
  };
};

/** Horner's rule, in the order of operations of the host's. */
export const horner = (v: Vector, coefficients: readonly number[], x: Expr): Expr =>
  coefficients
    .slice(0, -1)
    .reduceRight((sum, c) => v.multiplyAdd(sum, x, v.constant(c)), v.constant(coefficients.at(-1)!));

/** A polynomial whose halves are computed side by side (Estrin's scheme). */
export const polynomial = (v: Vector, code: Code, coefficients: readonly number[], x: Expr): Expr => {
  let terms = coefficients.map((c) => v.constant(c));
  let power = x;
  while (terms.length > 1) {
    const paired: Expr[] = [];
    for (let i = 0; i < terms.length; i += 2)
      paired.push(i + 1 < terms.length ? v.multiplyAdd(terms[i + 1], power, terms[i]) : terms[i]);
    terms = paired;
    if (terms.length > 1) power = code.keep(v.mul(power, power));
  }
  return terms[0];
};

/** The same with the constant term added last: one rounding of its size, where the other terms are smaller. */
export const ledPolynomial = (v: Vector, code: Code, [first, ...others]: readonly number[], x: Expr): Expr =>
  v.multiplyAdd(polynomial(v, code, others, x), x, v.constant(first));
