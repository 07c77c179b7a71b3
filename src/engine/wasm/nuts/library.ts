import { type Expr, type Func, lane, type ModuleBuilder, op } from "../assembler.ts";
import type { MathLibrary } from "../math/library.ts";
import { emitFillNormals, emitFoldKey, emitUniform } from "./uniform.ts";

/** Elementary functions: exp and log1p of an f64, the normal quantile of an f64x2. */
export interface NutsMath {
  exp(x: Expr): Expr;
  log1p(x: Expr): Expr;
  normalQuantile(pair: Expr): Expr;
}

/** All that the sampler calls. */
export interface NutsLibrary extends NutsMath {
  /** (k0: i32, k1: i32, counter: i32) → f64 in (0, 1). */
  readonly uniform: Func;
  /** (k0: i32, k1: i32, count: i32, to: i32): standard normals of counters 0 …, in pairs. */
  readonly fillNormals: Func;
  /** (k0: i32, k1: i32, index: i32, to: i32): the key of number `index`. */
  readonly foldKey: Func;
}

/** The functions of a module's library in double precision. */
export const nutsMath = (math: MathLibrary): NutsMath => {
  const ofNumber =
    (name: "exp" | "log1p") =>
    (x: Expr): Expr =>
      lane("f64x2.extract_lane", 0, math.call(name, op("f64x2.splat", x)));
  return {
    exp: ofNumber("exp"),
    log1p: ofNumber("log1p"),
    normalQuantile: (pair) => math.call("normalQuantile", pair),
  };
};

/** Adds the sampler's random numbers to a module, beside the functions it has. */
export const nutsLibrary = (module: ModuleBuilder, math: NutsMath): NutsLibrary => {
  const uniform = emitUniform(module);
  return {
    ...math,
    uniform,
    fillNormals: emitFillNormals(module, uniform, math.normalQuantile),
    foldKey: emitFoldKey(module),
  };
};
