import {
  call,
  type Func,
  f64,
  forLoop,
  i32,
  ifElse,
  load,
  memoryFill,
  op,
  returning,
  run,
  type Stmt,
  store,
} from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { difference, loadDouble, plus, product, sum } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { dotDoubles, fillDoubles, workspace } from "./doubles.ts";
import { shared } from "./shared.ts";
import { walk } from "./walk.ts";

/**
 * cholesky(a, aRow, aColumn, l, n): the lower factor of a, row by row, into n × n doubles at l; strides in bytes. 1, or, at the
 * first pivot that is not a positive finite number, 0 and NaN in every element.
 */
const factorFunction = (context: Context): Func => {
  const { module, precision } = context;
  return shared(module, "cholesky", (name) => {
    const [dot, fill] = [dotDoubles(context), fillDoubles(context)];
    return module.func(name, Array(5).fill("i32"), "i32", (f) => {
      const [a, aRow, aColumn, l, n] = f.params;
      const [i, j, rowI, rowJ, from, rowBytes, at] = Array.from({ length: 7 }, () => f.local("i32"));
      const rest = f.local("f64");
      const unfactored = (other: typeof rowJ) => op("f64.sub", loadDouble(precision, from), call(dot, rowI, other, j));
      const column = [
        at.set(product(j, i32(8))),
        rest.set(op("f64.div", unfactored(rowJ), load("f64", sum(rowJ, at)))),
        store("f64", sum(rowI, at), rest),
        from.set(sum(from, aColumn)),
        rowJ.set(sum(rowJ, rowBytes)),
      ];
      const good = op("i32.and", op("f64.gt", rest, f64(0)), op("f64.lt", rest, f64(Number.POSITIVE_INFINITY)));
      const row = [
        from.set(sum(a, product(i, aRow))),
        rowJ.set(l),
        forLoop(j, i32(0), i, 1, column),
        rest.set(unfactored(rowI)),
        ifElse(op("i32.eqz", good), [run(fill, l, f64(Number.NaN), product(n, n)), returning(i32(0))]),
        at.set(sum(rowI, product(i, i32(8)))),
        store("f64", at, op("f64.sqrt", rest)),
        memoryFill(plus(at, 8), i32(0), product(plus(difference(n, i), -1), i32(8))),
        rowI.set(sum(rowI, rowBytes)),
      ];
      return [rowBytes.set(product(n, i32(8))), rowI.set(l), forLoop(i, i32(0), n, 1, row), returning(i32(1))];
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
