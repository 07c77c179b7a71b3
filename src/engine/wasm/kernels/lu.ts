import {
  call,
  type Func,
  f64,
  forLoop,
  i32,
  ifElse,
  type Local,
  load,
  op,
  returning,
  run,
  type Stmt,
  store,
} from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { countDown, loadDouble, plus, product, sum } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { subtractDoubles, workspace } from "./doubles.ts";
import { shared } from "./shared.ts";
import { walk } from "./walk.ts";

/** exchange(x, y, count): two rows of doubles change places. */
const exchangeFunction = ({ module }: Context): Func =>
  shared(module, "exchange", (name) =>
    module.func(name, ["i32", "i32", "i32"], undefined, (f) => {
      const [x, y, count] = f.params;
      const own = f.local("f64");
      return [
        countDown(count, 1, [
          own.set(load("f64", x)),
          store("f64", x, load("f64", y)),
          store("f64", y, own),
          x.set(plus(x, 8)),
          y.set(plus(y, 8)),
        ]),
      ];
    }),
  );

/** numbered(a, aRow, aColumn, to, n): the rows of a as doubles, each with its number behind it. Strides in bytes. */
const numberedFunction = ({ module, precision }: Context): Func =>
  shared(module, "numbered", (name) =>
    module.func(name, Array(5).fill("i32"), undefined, (f) => {
      const [a, aRow, aColumn, to, n] = f.params;
      const [i, j, from] = [f.local("i32"), f.local("i32"), f.local("i32")];
      return [
        forLoop(i, i32(0), n, 1, [
          from.set(a),
          j.set(n),
          countDown(j, 1, [
            store("f64", to, loadDouble(precision, from)),
            to.set(plus(to, 8)),
            from.set(sum(from, aColumn)),
          ]),
          store("f64", to, op("f64.convert_i32_s", i)),
          to.set(plus(to, 8)),
          a.set(sum(a, aRow)),
        ]),
      ];
    }),
  );

/** largest(at, rowBytes, count): the address of the first element of largest magnitude in a column. */
const largestFunction = ({ module }: Context): Func =>
  shared(module, "largest", (name) =>
    module.func(name, ["i32", "i32", "i32"], "i32", (f) => {
      const [at, rowBytes, count] = f.params;
      const best = f.local("i32");
      const [size, most] = [f.local("f64"), f.local("f64")];
      const take = [most.set(size), best.set(at)];
      return [
        best.set(at),
        most.set(op("f64.abs", load("f64", at))),
        countDown(count, 1, [
          size.set(op("f64.abs", load("f64", at))),
          ifElse(op("f64.gt", size, most), take),
          at.set(sum(at, rowBytes)),
        ]),
        returning(best),
      ];
    }),
  );

/** eliminate(x, n): Gaussian elimination with partial pivoting of n rows of n + 1 doubles, in place. */
const eliminateFunction = (context: Context): Func => {
  const { module } = context;
  return shared(module, "eliminate", (name) => {
    const [largest, exchange, subtract] = [
      largestFunction(context),
      exchangeFunction(context),
      subtractDoubles(context),
    ];
    return module.func(name, ["i32", "i32"], undefined, (f) => {
      const [x, n] = f.params;
      const [rowBytes, diagonal, rest, found, at, left] = Array.from({ length: 6 }, (): Local => f.local("i32"));
      const [pivot, weight] = [f.local("f64"), f.local("f64")];
      const below = [
        weight.set(op("f64.div", load("f64", at), pivot)),
        store("f64", at, weight),
        run(subtract, plus(at, 8), weight, plus(diagonal, 8), rest),
        at.set(sum(at, rowBytes)),
      ];
      const swap = run(exchange, x, sum(x, op("i32.sub", found, diagonal)), plus(n, 1));
      return [
        rowBytes.set(product(plus(n, 1), i32(8))),
        diagonal.set(x),
        rest.set(n),
        countDown(rest, 1, [
          found.set(call(largest, diagonal, rowBytes, rest)),
          ifElse(op("i32.ne", found, diagonal), [swap]),
          pivot.set(load("f64", diagonal)),
          rest.set(plus(rest, -1)),
          ifElse(op("f64.ne", pivot, f64(0)), [
            at.set(sum(diagonal, rowBytes)),
            left.set(rest),
            countDown(left, 1, below),
          ]),
          rest.set(plus(rest, 1)),
          x.set(sum(x, rowBytes)),
          diagonal.set(plus(sum(diagonal, rowBytes), 8)),
        ]),
      ];
    });
  });
};

/** P a = L U of [..., n, n], both triangles and the order of the rows in [..., n, n + 1]. In doubles, rounded at the end. */
export const lu = (context: Context, out: View, [a]: readonly View[]): readonly Stmt[] => {
  const { body, precision } = context;
  const rank = out.shape.length;
  const n = out.shape[rank - 2];
  if (out.shape.includes(0)) return [];
  const [from, to] = [walkerOf(a, precision), walkerOf(out, precision)];
  const [aRow, aColumn] = from.strides.slice(rank - 2);
  const work = workspace(context, n * (n + 1));
  const walkers = [from, to].map(({ address, strides }) => ({ address, strides: strides.slice(0, rank - 2) }));
  return walk(body, out.shape.slice(0, rank - 2), walkers, ([source, target]) => [
    run(numberedFunction(context), source, i32(aRow), i32(aColumn), work.at(target), i32(n)),
    run(eliminateFunction(context), work.at(target), i32(n)),
    ...work.finish(target),
  ]);
};
