/** Functions of a module that draw random numbers: those of src/ops/random.ts, from the same keys and counters. */
import { purpose } from "../../core/threefry.ts";
import {
  type Expr,
  type Func,
  type FunctionBody,
  f64,
  forLoop,
  i32,
  i64,
  type ModuleBuilder,
  op,
  returning,
  type Stmt,
  store,
} from "./assembler.ts";
import type { MathLibrary } from "./math/library.ts";
import { emitFillNormal } from "./normals.ts";
import { threefryScalar, type Words } from "./threefry.ts";
import { fill, type Precision, uniforms } from "./uniforms.ts";

/**
 * fillUniform, fillNormal: (key0, key1, count, to), reals of the program's precision;
 * split: (key0, key1, count, use, to), `count` keys of two i32; foldKey: (key0, key1, index, to), one key.
 * All are i32; `to` is an address in bytes.
 */
export type RandomName = "fillUniform" | "fillNormal" | "split" | "foldKey";

export interface RandomLibrary {
  /** Adds the function to the module at its first use. */
  func(name: RandomName): Func;
}

const storeKey = (to: Expr, { stmts, high, low }: Words): Stmt[] => [
  ...stmts,
  store("i32", to, high),
  store("i32", to, low, 4),
];

const four = ["i32", "i32", "i32", "i32"] as const;

const split = (f: FunctionBody): Stmt[] => {
  const [key0, key1, count, use, to] = f.params;
  const [i, at] = [f.local("i32"), f.local("i32")];
  const random = threefryScalar(f, key0, key1);
  const next = at.set(op("i32.add", at, i32(8)));
  return [...random.begin, at.set(to), forLoop(i, i32(0), count, 1, [...storeKey(at, random.words(i, use)), next])];
};

/** foldKey: writes the key of number `index`, as `foldHostKey` makes it. */
export const emitFoldKey = (module: ModuleBuilder): Func =>
  module.func("foldKey", four, undefined, (f) => {
    const [key0, key1, index, to] = f.params;
    const random = threefryScalar(f, key0, key1);
    return [...random.begin, ...storeKey(to, random.words(index, i32(purpose.fold)))];
  });

/** (key0, key1, counter) → f64: the number of `hostUniforms` of that key at that place, bit for bit. */
export const emitUniform = (module: ModuleBuilder): Func =>
  module.func("uniform", ["i32", "i32", "i32"], "f64", (f) => {
    const [key0, key1, counter] = f.params;
    const random = threefryScalar(f, key0, key1);
    const { stmts, high, low } = random.words(counter, i32(purpose.draw));
    const wide = (word: Expr): Expr => op("i64.extend_i32_u", word);
    const bits = op("i64.or", op("i64.shl", wide(high), i64(20n)), wide(op("i32.shr_u", low, i32(12))));
    return [
      ...random.begin,
      ...stmts,
      returning(op("f64.mul", op("f64.add", op("f64.convert_i64_s", bits), f64(0.5)), f64(2 ** -52))),
    ];
  });

/** The random functions of a module, and of the precision of its program. */
export const randomLibrary = (module: ModuleBuilder, precision: Precision, math: MathLibrary): RandomLibrary => {
  const known = new Map<RandomName, Func>();
  const emit: Readonly<Record<RandomName, () => Func>> = {
    fillUniform: () => module.func("fillUniform", four, undefined, fill(precision, uniforms[precision])),
    fillNormal: () => emitFillNormal(module, precision, math),
    split: () => module.func("split", [...four, "i32"], undefined, split),
    foldKey: () => emitFoldKey(module),
  };
  return {
    func: (name) => {
      const func = known.get(name) ?? emit[name]();
      known.set(name, func);
      return func;
    },
  };
};
