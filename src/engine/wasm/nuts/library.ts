import type { Expr, Func } from "../assembler.ts";

/** What the sampler needs of its module's libraries. Functions of numbers take and give f64. */
export interface NutsLibrary {
  exp(x: Expr): Expr;
  log1p(x: Expr): Expr;
  /** (k0: i32, k1: i32, count: i32, to: i32): standard normals, the numbers of counters 0 … count − 1. */
  readonly fillNormal: Func;
  /** (k0: i32, k1: i32, counter: i32) → f64: a uniform in (0, 1). */
  readonly uniform: Func;
  /** (k0: i32, k1: i32, index: i32, to: i32): the key of number `index`. */
  readonly foldKey: Func;
}
