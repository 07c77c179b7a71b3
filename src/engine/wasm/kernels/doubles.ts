/** Work on doubles without gaps, which linear algebra is done in whatever the program's precision. */
import {
  type Expr,
  type Func,
  f64x2,
  i32,
  type Local,
  lane,
  load,
  op,
  returning,
  run,
  type Stmt,
  store,
} from "../assembler.ts";
import type { Context } from "../context.ts";
import { countDown, plus, storeDouble } from "./access.ts";
import { shared } from "./shared.ts";

const advance = (bytes: number, ...pointers: readonly Local[]): readonly Stmt[] =>
  pointers.map((pointer) => pointer.set(plus(pointer, bytes)));

/** dotDoubles(x, y, count): Σ x_i y_i, in four sums. */
export const dotDoubles = ({ module }: Context): Func =>
  shared(module, "dotDoubles", (name) =>
    module.func(name, ["i32", "i32", "i32"], "f64", (f) => {
      const [x, y, count] = f.params;
      const sums = [f.local("v128"), f.local("v128")];
      const total = f.local("f64");
      const term = (i: number) => op("f64x2.mul", load("v128", x, 16 * i), load("v128", y, 16 * i));
      const laneOf = (i: number) => lane("f64x2.extract_lane", i, sums[0]);
      return [
        ...sums.map((own) => own.set(f64x2(0))),
        countDown(count, 4, [...sums.map((own, i) => own.set(op("f64x2.add", own, term(i)))), ...advance(32, x, y)]),
        sums[0].set(op("f64x2.add", sums[0], sums[1])),
        total.set(op("f64.add", laneOf(0), laneOf(1))),
        countDown(count, 1, [
          total.set(op("f64.add", total, op("f64.mul", load("f64", x), load("f64", y)))),
          ...advance(8, x, y),
        ]),
        returning(total),
      ];
    }),
  );

/** subtractDoubles(x, weight, y, count): x −= weight · y. */
export const subtractDoubles = ({ module }: Context): Func =>
  shared(module, "subtractDoubles", (name) =>
    module.func(name, ["i32", "f64", "i32", "i32"], undefined, (f) => {
      const [x, weight, y, count] = f.params;
      const both = op("f64x2.mul", op("f64x2.splat", weight), load("v128", y));
      const one = op("f64.mul", weight, load("f64", y));
      return [
        countDown(count, 2, [store("v128", x, op("f64x2.sub", load("v128", x), both)), ...advance(16, x, y)]),
        countDown(count, 1, [store("f64", x, op("f64.sub", load("f64", x), one)), ...advance(8, x, y)]),
      ];
    }),
  );

/** fillDoubles(at, value, count). */
export const fillDoubles = ({ module }: Context): Func =>
  shared(module, "fillDoubles", (name) =>
    module.func(name, ["i32", "f64", "i32"], undefined, (f) => {
      const [at, value, count] = f.params;
      return [countDown(count, 1, [store("f64", at, value), ...advance(8, at)])];
    }),
  );

/** roundDoubles(to, from, count): doubles to singles. */
export const roundDoubles = ({ module }: Context): Func =>
  shared(module, "roundDoubles", (name) =>
    module.func(name, ["i32", "i32", "i32"], undefined, (f) => {
      const [to, from, count] = f.params;
      return [countDown(count, 1, [storeDouble("f32", to, load("f64", from)), ...advance(4, to), ...advance(8, from)])];
    }),
  );

/** Where doubles for a result at `to` are worked on, and what then brings them there. */
export const workspace = (
  context: Context,
  count: number,
): { readonly at: (to: Expr) => Expr; readonly finish: (to: Expr) => readonly Stmt[] } => {
  if (context.precision === "f64") return { at: (to) => to, finish: () => [] };
  const work = i32(context.scratch(8 * count));
  return { at: () => work, finish: (to) => [run(roundDoubles(context), to, work, i32(count))] };
};
