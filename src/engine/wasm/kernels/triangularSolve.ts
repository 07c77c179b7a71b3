import { type Func, forLoop, i32, load, op, run, type Stmt, store } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { countDown, loadDouble, plus, sum } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { workspace } from "./doubles.ts";
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
const substituteFunction = ({ module, precision }: Context): Func => {
  return shared(module, "substitute", (name) =>
    module.func(name, Array(7).fill("i32"), undefined, (f) => {
      const [t, tRow, tColumn, x, xRow, n, k] = f.params;
      const [i, j, own, at, other, weightAt] = Array.from({ length: 6 }, () => f.local("i32"));
      const [diagonal, weight] = [f.local("f64"), f.local("f64")];
      const [diagonals, weights] = [f.local("v128"), f.local("v128")];
      const step = (bytes: number): Stmt => at.set(plus(at, bytes));
      const divide = [
        at.set(x),
        j.set(k),
        countDown(j, 2, [store("v128", at, op("f64x2.div", load("v128", at), diagonals)), step(16)]),
        countDown(j, 1, [store("f64", at, op("f64.div", load("f64", at), diagonal)), step(8)]),
      ];
      const [pair, single] = [load("v128", own), load("f64", own)];
      const subtract = [
        at.set(other),
        own.set(x),
        j.set(k),
        countDown(j, 2, [
          store("v128", at, op("f64x2.sub", load("v128", at), op("f64x2.mul", weights, pair))),
          step(16),
          own.set(plus(own, 16)),
        ]),
        countDown(j, 1, [
          store("f64", at, op("f64.sub", load("f64", at), op("f64.mul", weight, single))),
          step(8),
          own.set(plus(own, 8)),
        ]),
      ];
      const later = [
        weightAt.set(sum(weightAt, tRow)),
        other.set(sum(other, xRow)),
        weight.set(loadDouble(precision, weightAt)),
        weights.set(op("f64x2.splat", weight)),
        ...subtract,
      ];
      return [
        countDown(n, 1, [
          diagonal.set(loadDouble(precision, t)),
          diagonals.set(op("f64x2.splat", diagonal)),
          ...divide,
          weightAt.set(t),
          other.set(x),
          forLoop(i, i32(1), n, 1, later),
          t.set(sum(t, sum(tRow, tColumn))),
          x.set(sum(x, xRow)),
        ]),
      ];
    }),
  );
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
