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
import { erf, erfc } from "./error.ts";
import { exp, expm1, sigmoid, tanh } from "./exponential.ts";
import { digamma, lgamma } from "./gamma.ts";
import { log, log1p, softplus } from "./logarithm.ts";
import { pow } from "./power.ts";
import { normalQuantile } from "./quantile.ts";
import { cos, sin } from "./trigonometry.ts";
import { type Code, codeOf, type Vector, vectorOf } from "./vector.ts";

type Emitter = (v: Vector, code: Code, x: Expr, host: () => Func) => Expr;

/** Functions worked out in the precision of the program. */
const native = { exp, expm1, log, log1p, tanh, sigmoid, softplus } satisfies Record<string, Emitter>;
/** Functions worked out in double precision in every program. */
const inDouble = { sin, cos, erf, erfc, normalQuantile, lgamma, digamma } satisfies Record<string, Emitter>;
const emitters: Readonly<Record<Unary, Emitter>> = { ...native, ...inDouble };

type Unary = keyof typeof native | keyof typeof inDouble;
type Precision = "f64" | "f32";

export type MathName =
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "sin"
  | "cos"
  | "erf"
  | "erfc"
  | "normalQuantile"
  | "lgamma"
  | "digamma"
  | "pow";

export interface MathLibrary {
  /** The function of a vector: f64x2 → f64x2, or f32x4 → f32x4 in single precision. pow takes two. */
  call(name: MathName, ...args: Expr[]): Expr;
  /** The function itself, of f64x2 or f32x4; in the program's precision unless another is asked for. */
  func(name: MathName, precision?: "f64" | "f32"): Func;
}

/** What a module that uses the library may import as "host": only sin, cos and pow, and only where they are used. */
export const mathHost: Readonly<Record<"sin" | "cos" | "pow", (...args: number[]) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
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
    module.imported("host", name, name === "pow" ? ["f64", "f64"] : ["f64"], "f64");

  const written = (name: Unary, kind: Precision) => (f: FunctionBody) => {
    const [x] = f.params;
    if (kind === "f32" && !(name in native)) return [returning(throughDouble(find(name, "f64"), [x]))];
    const code = codeOf(f, (other, y) => call(find(other, kind), y));
    const value = emitters[name](vectors[kind], code, x, () => hostOf(name));
    return [...code.stmts, returning(value)];
  };
  const writtenPow = (kind: Precision) => (f: FunctionBody) => {
    const [x, y] = f.params;
    if (kind === "f32") return [returning(throughDouble(find("pow", "f64"), [x, y]))];
    const code = codeOf(f, (other, z) => call(find(other, kind), z));
    const value = pow(vectors.f64, code, x, y, () => hostOf("pow"));
    return [...code.stmts, returning(value)];
  };

  /** The function, added to the module if it is new. */
  const find = (name: MathName, kind: Precision): Func => {
    const full = `${name}.${kind}`;
    const made =
      known.get(full) ??
      (name === "pow"
        ? module.func(full, ["v128", "v128"], "v128", writtenPow(kind))
        : module.func(full, ["v128"], "v128", written(name, kind)));
    known.set(full, made);
    return made;
  };

  return {
    call: (name, ...args) => call(find(name, precision), ...args),
    func: (name, kind = precision) => find(name, kind),
  };
};
