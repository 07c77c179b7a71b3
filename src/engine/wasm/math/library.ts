/**
 * Elementary and special functions of vectors, added to a module as they are first asked for. In double precision each is worked
 * out on f64x2. In single precision exp, log and what is built on them are worked out on f32x4, the rest in double and rounded.
 */
import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  type ModuleBuilder,
  op,
  returning,
  shuffle,
} from "../assembler.ts";
import { logBeta } from "./beta.ts";
import { deviance, stirlingGap } from "./counts.ts";
import { erf, erfc } from "./error.ts";
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { digamma, lgamma } from "./gamma.ts";
import { acosh, asinh, atanh, cosh, sinh } from "./hyperbolic.ts";
import { acos, asin, atan } from "./inverseTrigonometry.ts";
import { log, log1mexp, log1p, log1pSquare, softplus } from "./logarithm.ts";
import {
  type DoubleName,
  type MathName,
  type NativeName,
  nativeNames,
  type PairName,
  type UnaryName,
} from "./names.ts";
import { inverseMills, normalCdf, normalLogCdf } from "./normal.ts";
import { trigamma } from "./polygamma.ts";
import { pow } from "./power.ts";
import { erfinv, normalQuantile } from "./quantile.ts";
import { cos, sin, tan } from "./trigonometry.ts";
import { type Code, codeOf, type Vector, vectorOf } from "./vector.ts";

type Precision = "f64" | "f32";
type Emitter = (v: Vector, code: Code, x: Expr, host: () => Func) => Expr;
type PairEmitter = (v: Vector, code: Code, x: Expr, y: Expr, host: () => Func) => Expr;

/** Functions worked out in the precision of the program. */
const native = { exp, expm1, log, log1p, tanh, sigmoid, softplus, log1pSquare, log1mexp } satisfies Record<
  NativeName,
  Emitter
>;
/** Functions worked out in double precision in every program. */
const inDouble = {
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  erfinv,
  normalCdf,
  normalLogCdf,
  inverseMills,
  normalQuantile,
  lgamma,
  digamma,
  trigamma,
  stirlingGap,
} satisfies Record<DoubleName, Emitter>;
const emitters: Readonly<Record<UnaryName, Emitter>> = { ...native, ...inDouble };
/** Functions of two vectors, worked out in double precision too. */
const pairs: Readonly<Record<PairName, PairEmitter>> = { pow, logBeta, deviance };

const isPair = (name: MathName): name is PairName => Object.hasOwn(pairs, name);
const natives: ReadonlySet<MathName> = new Set(nativeNames);

export interface MathLibrary {
  /** The function of a vector: f64x2 → f64x2, or f32x4 → f32x4 in single precision. Those of `pairNames` take two. */
  call(name: MathName, ...args: Expr[]): Expr;
  /** The function itself, of f64x2 or f32x4; in the program's precision unless another is asked for. */
  func(name: MathName, precision?: "f64" | "f32"): Func;
  /** The arithmetic of its functions. */
  readonly vectors: Readonly<Record<Precision, Vector>>;
}

/** What a module that uses the library may import as "host": for arguments that are huge, and only where they are used. */
export const mathHost: Readonly<Record<"sin" | "cos" | "tan" | "pow", (...args: number[]) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  pow: Math.pow,
};

const lowHalf = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const highHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** A function of f64x2 on both halves of f32x4. */
const throughDouble = (wide: Func, args: readonly Expr[]): Expr => {
  const half = (pick: (x: Expr) => Expr): Expr =>
    op("f32x4.demote_f64x2_zero", call(wide, ...args.map((x) => op("f64x2.promote_low_f32x4", pick(x)))));
  return shuffle(
    lowHalf,
    half((x) => x),
    half((x) => shuffle(highHalf, x, x)),
  );
};

/**
 * The library of a module, which must be given one library alone. `relaxed` allows fused multiply-add: then the last bits may
 * differ from those of plain SIMD.
 */
export const mathLibrary = (
  module: ModuleBuilder,
  precision: Precision,
  { relaxed }: { relaxed: boolean },
): MathLibrary => {
  const known = new Map<string, Func>();
  const vectors = { f64: vectorOf("f64", relaxed), f32: vectorOf("f32", relaxed) };

  const hostOf = (name: MathName): Func =>
    module.imported("host", name, isPair(name) ? ["f64", "f64"] : ["f64"], "f64");

  const written = (name: MathName, kind: Precision) => (f: FunctionBody) => {
    if (kind === "f32" && !natives.has(name)) return [returning(throughDouble(find(name, "f64"), f.params))];
    const code = codeOf(f, (other, y) => call(find(other, kind), y));
    const [x, y] = f.params;
    const host = (): Func => hostOf(name);
    const value = isPair(name)
      ? pairs[name](vectors.f64, code, x, y, host)
      : emitters[name](vectors[kind], code, x, host);
    return [...code.stmts, returning(value)];
  };

  /** The function, added to the module if it is new. */
  const find = (name: MathName, kind: Precision): Func => {
    const full = `${name}.${kind}`;
    const params = isPair(name) ? (["v128", "v128"] as const) : (["v128"] as const);
    const made = known.get(full) ?? module.func(full, params, "v128", written(name, kind));
    known.set(full, made);
    return made;
  };

  return {
    call: (name, ...args) => call(find(name, precision), ...args),
    func: (name, kind = precision) => find(name, kind),
    vectors,
  };
};
