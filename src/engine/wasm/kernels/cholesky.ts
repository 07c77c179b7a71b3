import {
  call,
  type Func,
  f64,
  forLoop,
  i32,
  ifElse,
  memoryFill,
  op,
  returning,
  run,
  type Stmt,
  store,
} from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { loadDouble, plus, product, sum } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { dotDoubles, fillDoubles, workspace } from "./doubles.ts";
import { shared } from "./shared.ts";
import { walk } from "./walk.ts";

/**
 * cholesky(a, aRow, aColumn, l, n): the lower factor of a into n × n doubles at l, column by column, since the elements of a column do
 * not wait for one another; strides in bytes. 1, or, at the first pivot that is not a positive finite number, 0 and NaN in every element.
 */
const factorFunction = (context: Context): Func => {
  const { module, precision } = context;
  return shared(module, "cholesky", (name) => {
    const [dot, fill] = [dotDoubles(context), fillDoubles(context)];
    return module.func(name, Array(5).fill("i32"), "i32", (f) => {
      const [a, aRow, aColumn, l, n] = f.params;
      const [i, j, rowI, rowJ, from, rowBytes] = Array.from({ length: 6 }, () => f.local("i32"));
      const [rest, pivot] = [f.local("f64"), f.local("f64")];
      const unfactored = (row: typeof rowJ) => op("f64.sub", loadDouble(precision, from), call(dot, row, rowJ, j));
      const below = [
        from.set(sum(from, aRow)),
        rowI.set(sum(rowI, rowBytes)),
        store("f64", sum(rowI, product(j, i32(8))), op("f64.div", unfactored(rowI), pivot)),
      ];
      const good = op("i32.and", op("f64.gt", rest, f64(0)), op("f64.lt", rest, f64(Number.POSITIVE_INFINITY)));
      const column = [
        from.set(sum(a, product(j, sum(aRow, aColumn)))),
        rest.set(unfactored(rowJ)),
        ifElse(op("i32.eqz", good), [run(fill, l, f64(Number.NaN), product(n, n)), returning(i32(0))]),
        pivot.set(op("f64.sqrt", rest)),
        store("f64", sum(rowJ, product(j, i32(8))), pivot),
        rowI.set(rowJ),
        forLoop(i, plus(j, 1), n, 1, below),
        rowJ.set(sum(rowJ, rowBytes)),
      ];
      return [
        rowBytes.set(product(n, i32(8))),
        memoryFill(l, i32(0), product(n, rowBytes)),
        rowJ.set(l),
        forLoop(j, i32(0), n, 1, column),
        returning(i32(1)),
      ];
    });
  });
};

/**
 * The lower factors of [..., n, n], whose lower triangles are read; NaN in every element of one that is not positive definite. In
 * doubles, rounded at the end in single precision.
 */
export const cholesky = (context: Context, out: View, [a]: readonly View[]): readonly Stmt[] => {
  const { body, precision } = context;
  const rank = out.shape.length;
  const n = out.shape[rank - 1];
  const [from, to] = [walkerOf(a, precision), walkerOf(out, precision)];
  const [aRow, aColumn] = from.strides.slice(rank - 2);
  const work = workspace(context, n * n);
  const walkers = [from, to].map(({ address, strides }) => ({ address, strides: strides.slice(0, rank - 2) }));
  if (n === 0) return [];
  return walk(body, out.shape.slice(0, rank - 2), walkers, ([source, target]) => [
    run(factorFunction(context), source, i32(aRow), i32(aColumn), work.at(target), i32(n)),
    ...work.finish(target),
  ]);
};
