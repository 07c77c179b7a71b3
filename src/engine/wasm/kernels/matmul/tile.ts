/**
 * The innermost part of a matrix product: a tile of `rows` × `columns` results kept in registers while k runs, columns by vectors.
 */
import {
  doLoop,
  type Expr,
  type Func,
  i32,
  ifElse,
  type Local,
  load,
  op,
  type Stmt,
  select,
  store,
} from "../../assembler.ts";
import type { Context } from "../../context.ts";
import { below, plus, sum, vectorsOf } from "../access.ts";
import { shared } from "../shared.ts";

/** How many rows and vectors of columns a tile has. */
export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
}

const nextRow = (row: number, count: Expr, stride: Expr): Expr => select(below(i32(row), count), stride, i32(0));

/**
 * tile(a, aRow, aStep, count, b, bStep, c, cRow, k, add): c = a b, or c += a b where `add` is not 0. All strides in bytes. Row
 * `count` and those after it repeat the last row that there is; b's columns are neighbours. k is at least 1.
 */
export const tileFunction = ({ module, precision, relaxed }: Context, { rows, vectors }: TileShape): Func =>
  shared(module, `tile${rows}x${vectors}`, (name) => {
    const simd = vectorsOf(precision, relaxed);
    return module.func(name, Array(10).fill("i32"), undefined, (f) => {
      const [a, aRow, aStep, count, b, bStep, c, cRow, k, add] = f.params;
      const as: Local[] = [a, ...Array.from({ length: rows - 1 }, () => f.local("i32"))];
      const sums = as.map(() => Array.from({ length: vectors }, () => f.local("v128")));
      const bs = Array.from({ length: vectors }, () => f.local("v128"));
      const left = f.local("v128");
      const target = f.local("i32");
      const eachSum = (make: (sum: Local, offset: number) => Stmt): readonly Stmt[] => [
        target.set(c),
        ...sums.flatMap((row) => [...row.map((own, v) => make(own, 16 * v)), target.set(sum(target, cRow))]),
      ];
      return [
        ...as.slice(1).map((own, r) => own.set(sum(as[r], nextRow(r + 1, count, aRow)))),
        ifElse(
          add,
          eachSum((own, offset) => own.set(load("v128", target, offset))),
        ),
        doLoop(
          [
            ...bs.map((own, v) => own.set(load("v128", b, 16 * v))),
            b.set(sum(b, bStep)),
            ...as.flatMap((own, r) => [
              left.set(simd.splatLoad(own)),
              own.set(sum(own, aStep)),
              ...sums[r].map((total, v) => total.set(simd.multiplyAdd(left, bs[v], total))),
            ]),
          ],
          k.tee(plus(k, -1)),
        ),
        ...eachSum((own, offset) => store("v128", target, own, offset)),
      ];
    });
  });

/** A tile that is smaller at the right or lower edge of c is made whole elsewhere and copied: copies rows × columns elements. */
export const edgeFunction = ({ module, precision }: Context): Func =>
  shared(module, "edge", (name) =>
    module.func(name, Array(7).fill("i32"), undefined, (f) => {
      const [from, fromRow, to, toRow, rows, columns, add] = f.params;
      const [source, target, i] = [f.local("i32"), f.local("i32"), f.local("i32")];
      const width = precision === "f64" ? 8 : 4;
      const value = load(precision, source);
      const kept = select(add, op(`${precision}.add`, load(precision, target), value), value);
      return [
        doLoop(
          [
            source.set(from),
            target.set(to),
            i.set(columns),
            doLoop(
              [store(precision, target, kept), source.set(plus(source, width)), target.set(plus(target, width))],
              i.tee(plus(i, -1)),
            ),
            from.set(sum(from, fromRow)),
            to.set(sum(to, toRow)),
          ],
          rows.tee(plus(rows, -1)),
        ),
      ];
    }),
  );
