import { type Func, forLoop, i32, load, op, run, type Stmt, store } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { countDown, loadDouble, plus, sum } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { subtractDoubles, workspace } from "./doubles.ts";
import { shared } from "./shared.ts";
import { walk } from "./walk.ts";

/** widen(to, b, bRow, bColumn, n, k): reals of any layout as doubles, row by row. */
const widenFunction = ({ module, precision }: Context): Func =>
  shared(module, "widen", (name) =>
    module.func(name, Array(6).fill("i32"), undefined, (f) => {
      const [to, b, bRow, bColumn, n, k] = f.params;
      const [from, j] = [f.local("i32"), f.local("i32")];
      return [
        countDown(n, 1, [
          from.set(b),
          b.set(sum(b, bRow)),
          j.set(k),
          countDown(j, 1, [
            store("f64", to, loadDouble(precision, from)),
            to.set(plus(to, 8)),
            from.set(sum(from, bColumn)),
          ]),
        ]),
      ];
    }),
  );

/**
 * substitute(t, tRow, tColumn, x, xRow, n, k): T⁻¹ x in place of x, n rows of k doubles, for a lower triangular T. Strides in bytes
 * and of either sign: an upper triangle is a lower one read from its last element.
 */
const substituteFunction = (context: Context): Func => {
  const { module, precision } = context;
  return shared(module, "substitute", (name) => {
    const subtract = subtractDoubles(context);
    return module.func(name, Array(7).fill("i32"), undefined, (f) => {
      const [t, tRow, tColumn, x, xRow, n, k] = f.params;
      const [i, j, at, other, weight] = Array.from({ length: 5 }, () => f.local("i32"));
      const diagonal = f.local("f64");
      const divide = [
        diagonal.set(loadDouble(precision, t)),
        at.set(x),
        j.set(k),
        countDown(j, 1, [store("f64", at, op("f64.div", load("f64", at), diagonal)), at.set(plus(at, 8))]),
      ];
      const later = [
        weight.set(sum(weight, tRow)),
        other.set(sum(other, xRow)),
        run(subtract, other, loadDouble(precision, weight), x, k),
      ];
      return [
        countDown(n, 1, [
          ...divide,
          weight.set(t),
          other.set(x),
          forLoop(i, i32(1), n, 1, later),
          t.set(sum(t, sum(tRow, tColumn))),
          x.set(sum(x, xRow)),
        ]),
      ];
    });
  });
};

/**
 * T⁻¹ b or T⁻ᵀ b for triangular T: (t [..., n, n], b [..., n, k]) → [..., n, k]. A zero on the diagonal gives ±∞ or NaN. In
 * doubles, rounded at the end in single precision; the order of the sums is the host's.
 */
export const triangularSolve = (
  context: Context,
  out: View,
  [t, b]: readonly View[],
  { transpose, lower }: { readonly transpose: boolean; readonly lower: boolean },
): readonly Stmt[] => {
  if (out.shape.includes(0)) return [];
  const { body, precision } = context;
  const rank = out.shape.length;
  const [n, k] = out.shape.slice(rank - 2);
  const [triangle, right, to] = [t, b, out].map((view) => walkerOf(view, precision));
  const own = triangle.strides.slice(rank - 2);
  const [tRow, tColumn] = transpose ? [own[1], own[0]] : own;
  const [bRow, bColumn] = right.strides.slice(rank - 2);
  const work = workspace(context, n * k);
  const downwards = lower !== transpose;
  const sign = downwards ? 1 : -1;
  const [firstT, firstX] = downwards ? [0, 0] : [(n - 1) * (tRow + tColumn), 8 * (n - 1) * k];
  const walkers = [triangle, right, to].map(({ address, strides }) => ({
    address,
    strides: strides.slice(0, rank - 2),
  }));
  return walk(body, out.shape.slice(0, rank - 2), walkers, ([atT, atB, target]) => {
    const x = work.at(target);
    return [
      run(widenFunction(context), x, atB, i32(bRow), i32(bColumn), i32(n), i32(k)),
      run(
        substituteFunction(context),
        plus(atT, firstT),
        i32(sign * tRow),
        i32(sign * tColumn),
        plus(x, firstX),
        i32(sign * 8 * k),
        i32(n),
        i32(k),
      ),
      ...work.finish(target),
    ];
  });
};
