import { type Expr, lane, op } from "../assembler.ts";
import type { MathLibrary } from "../math/library.ts";
import type { ModuleBuilder } from "../module.ts";
import { randomLibrary } from "../random.ts";
import type { NutsLibrary } from "./library.ts";

/** The sampler's library from those of a double-precision program. */
export const nutsLibrary = (module: ModuleBuilder, math: MathLibrary): NutsLibrary => {
  const scalar = (name: "exp" | "log1p") => (x: Expr) =>
    lane("f64x2.extract_lane", 0, math.call(name, op("f64x2.splat", x)));
  return { exp: scalar("exp"), log1p: scalar("log1p"), ...randomLibrary(module) } as never;
};
