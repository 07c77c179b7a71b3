/** The sampler's random numbers: those of core/key.ts, from the same keys and counters. */

import { purpose } from "../../../core/threefry.ts";
import {
  call,
  type Expr,
  type Func,
  f64,
  i32,
  i64,
  type Local,
  lane,
  type ModuleBuilder,
  op,
  returning,
  type Stmt,
  store,
  whileLoop,
} from "../assembler.ts";
import type { NutsMath } from "./library.ts";

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
const parity = 0x1bd11bda;

const plus = (a: Expr, b: Expr): Expr => op("i32.add", a, b);
const xor = (a: Expr, b: Expr): Expr => op("i32.xor", a, b);

/** Threefry 2x32-20 of core/threefry.ts: the words of counter (index, use) end up in x and y. */
const threefry = (
  [k0, k1, k2]: readonly Local[],
  [index, use]: readonly [Expr, number],
  [x, y]: readonly Local[],
): Stmt[] => {
  const key = [k0, k1, k2];
  const inject = (s: number): Stmt[] => [x.set(plus(x, key[s % 3])), y.set(plus(plus(y, key[(s + 1) % 3]), i32(s)))];
  const round = (i: number): Stmt[] => [
    x.set(plus(x, y)),
    y.set(xor(op("i32.rotl", y, i32(rotations[i % 8])), x)),
    ...(i % 4 === 3 ? inject((i + 1) / 4) : []),
  ];
  return [
    k2.set(xor(xor(k0, k1), i32(parity))),
    x.set(plus(index, k0)),
    y.set(plus(i32(use), k1)),
    ...Array.from({ length: 20 }, (_, i) => round(i)).flat(),
  ];
};

/** `uniform(k0: i32, k1: i32, counter: i32) → f64`: the number of `hostUniforms` of that key at that place, bit for bit. */
export const emitUniform = (module: ModuleBuilder): Func =>
  module.func("uniform", ["i32", "i32", "i32"], "f64", (f) => {
    const [k0, k1, counter] = f.params;
    const [k2, x, y] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const word = (value: Expr): Expr => op("i64.extend_i32_u", value);
    const bits = op("i64.or", op("i64.shl", word(x), i64(20n)), word(op("i32.shr_u", y, i32(12))));
    return [
      ...threefry([k0, k1, k2], [counter, purpose.draw], [x, y]),
      returning(op("f64.mul", op("f64.add", op("f64.convert_i64_s", bits), f64(0.5)), f64(2 ** -52))),
    ];
  });

/** `foldKey(k0: i32, k1: i32, index: i32, to: i32)`: writes the key of number `index`, as `foldHostKey` makes it. */
export const emitFoldKey = (module: ModuleBuilder): Func =>
  module.func("foldKey", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const [k0, k1, index, to] = f.params;
    const [k2, x, y] = [f.local("i32"), f.local("i32"), f.local("i32")];
    return [...threefry([k0, k1, k2], [index, purpose.fold], [x, y]), store("i32", to, x), store("i32", to, y, 4)];
  });

/**
 * `fillNormals(k0: i32, k1: i32, count: i32, to: i32)`: standard normals from the uniforms of counters 0 …, in pairs: where `count` is
 * odd, one more.
 */
export const emitFillNormals = (module: ModuleBuilder, uniform: Func, math: NutsMath): Func =>
  module.func("fillNormals", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const [k0, k1, count, to] = f.params;
    const i = f.local("i32");
    const drawn = (counter: Expr): Expr => call(uniform, k0, k1, counter);
    const pair = lane("f64x2.replace_lane", 1, op("f64x2.splat", drawn(i)), drawn(plus(i, i32(1))));
    return [
      whileLoop(op("i32.lt_u", i, count), [
        store("v128", plus(to, op("i32.shl", i, i32(3))), math.normalQuantile(pair)),
        i.set(plus(i, i32(2))),
      ]),
    ];
  });
