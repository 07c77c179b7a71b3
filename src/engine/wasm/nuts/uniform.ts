/** The sampler's random numbers: those of core/key.ts, from the same keys and counters. */

import { purpose } from "../../../core/threefry.ts";
import {
  call,
  type Expr,
  type Func,
  f64,
  i32,
  i64,
  lane,
  type ModuleBuilder,
  op,
  returning,
  store,
  whileLoop,
} from "../assembler.ts";
import { threefryScalar } from "../threefry.ts";

const plus = (a: Expr, b: Expr): Expr => op("i32.add", a, b);

/** `uniform(k0: i32, k1: i32, counter: i32) → f64`: the number of `hostUniforms` of that key at that place, bit for bit. */
export const emitUniform = (module: ModuleBuilder): Func =>
  module.func("uniform", ["i32", "i32", "i32"], "f64", (f) => {
    const [k0, k1, counter] = f.params;
    const random = threefryScalar(f, k0, k1);
    const { stmts, high, low } = random.words(counter, i32(purpose.draw));
    const wide = (word: Expr): Expr => op("i64.extend_i32_u", word);
    const bits = op("i64.or", op("i64.shl", wide(high), i64(20n)), wide(op("i32.shr_u", low, i32(12))));
    return [
      ...random.begin,
      ...stmts,
      returning(op("f64.mul", op("f64.add", op("f64.convert_i64_s", bits), f64(0.5)), f64(2 ** -52))),
    ];
  });

/** `foldKey(k0: i32, k1: i32, index: i32, to: i32)`: writes the key of number `index`, as `foldHostKey` makes it. */
export const emitFoldKey = (module: ModuleBuilder): Func =>
  module.func("foldKey", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const [k0, k1, index, to] = f.params;
    const random = threefryScalar(f, k0, k1);
    const { stmts, high, low } = random.words(index, i32(purpose.fold));
    return [...random.begin, ...stmts, store("i32", to, high), store("i32", to, low, 4)];
  });

/**
 * `fillNormals(k0: i32, k1: i32, count: i32, to: i32)`: standard normals from the uniforms of counters 0 …, in pairs: where `count` is
 * odd, one more.
 */
export const emitFillNormals = (module: ModuleBuilder, uniform: Func, normalQuantile: (pair: Expr) => Expr): Func =>
  module.func("fillNormals", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const [k0, k1, count, to] = f.params;
    const i = f.local("i32");
    const drawn = (counter: Expr): Expr => call(uniform, k0, k1, counter);
    const pair = lane("f64x2.replace_lane", 1, op("f64x2.splat", drawn(i)), drawn(plus(i, i32(1))));
    return [
      whileLoop(op("i32.lt_u", i, count), [
        store("v128", plus(to, op("i32.shl", i, i32(3))), normalQuantile(pair)),
        i.set(plus(i, i32(2))),
      ]),
    ];
  });
