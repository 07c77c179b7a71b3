import { type Expr, type Func, lane, type ModuleBuilder, op } from "../assembler.ts";
import type { MathLibrary } from "../math/library.ts";
import { emitFillNormal } from "../normals.ts";
import { emitFoldKey, emitUniform } from "../random.ts";

/** The exponential of an f64, and standard normals. */
export interface NutsMath {
  exp(x: Expr): Expr;
  /** (k0: i32, k1: i32, count: i32, to: i32): those of counters 0 …. */
  fillNormals(): Func;
}

/** All that the sampler calls. */
export interface NutsLibrary extends Omit<NutsMath, "fillNormals"> {
  /** (k0: i32, k1: i32, counter: i32) → f64 in (0, 1). */
  readonly uniform: Func;
  readonly fillNormals: Func;
  /** (k0: i32, k1: i32, index: i32, to: i32): the key of number `index`. */
  readonly foldKey: Func;
}

/** The functions of a module's library in double precision. */
export const nutsMath = (module: ModuleBuilder, math: MathLibrary): NutsMath => ({
  exp: (x) => lane("f64x2.extract_lane", 0, math.call("exp", op("f64x2.splat", x))),
  fillNormals: () => emitFillNormal(module, "f64", math),
});

/** Adds the sampler's random numbers to a module, beside the functions it has. */
export const nutsLibrary = (module: ModuleBuilder, math: NutsMath): NutsLibrary => ({
  ...math,
  uniform: emitUniform(module),
  fillNormals: math.fillNormals(),
  foldKey: emitFoldKey(module),
});
