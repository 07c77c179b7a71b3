/** Products of a row with a matrix: c [n] = x [k] b [k, n]. Each reads b once, in the order in which it lies. */
import { type Expr, type Func, i32, type Local, load, memoryFill, op, type Stmt, store } from "../../assembler.ts";
import type { Context } from "../../context.ts";
import { countDown, plus, product, sum, type Vectors, vectorsOf } from "../access.ts";
import { shared } from "../shared.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/**
 * weighRows(x, xStep, b, bStep, c, n, k): b's columns are neighbours, c has no gaps; strides in bytes. c is set to 0, and the rows
 * of b are added to it, four at a time.
 */
export const weighRowsFunction = ({ module, precision, relaxed }: Context): Func =>
  shared(module, "weighRows", (name) =>
    module.func(name, Array(7).fill("i32"), undefined, (f) => {
      const simd = vectorsOf(precision, relaxed);
      const [x, xStep, b, bStep, c, n, k] = f.params;
      const [target, j] = [f.local("i32"), f.local("i32")];
      const pointers = times(4, () => f.local("i32"));
      const weights = times(4, () => f.local("v128"));
      const total = f.local("v128");
      const advance = (rows: number, bytes: number): readonly Stmt[] =>
        [...pointers.slice(0, rows), target].map((pointer) => pointer.set(plus(pointer, bytes)));
      const vector = (rows: number, offset: number): readonly Stmt[] => [
        total.set(load("v128", target, offset)),
        ...times(rows, (r) => total.set(simd.multiplyAdd(weights[r], load("v128", pointers[r], offset), total))),
        store("v128", target, total, offset),
      ];
      const scalar = (rows: number): Expr =>
        times(rows, (r) => r).reduce<Expr>(
          (value, r) => simd.scalarMultiplyAdd(simd.lane(0, weights[r]), load(precision, pointers[r]), value),
          load(precision, target),
        );
      const add = (rows: number): readonly Stmt[] => [
        ...times(rows, (r) => [weights[r].set(simd.splatLoad(x)), x.set(sum(x, xStep))]).flat(),
        ...times(rows, (r) => [pointers[r].set(b), b.set(sum(b, bStep))]).flat(),
        target.set(c),
        j.set(n),
        countDown(j, 2 * simd.lanes, [...vector(rows, 0), ...vector(rows, 16), ...advance(rows, 32)]),
        countDown(j, simd.lanes, [...vector(rows, 0), ...advance(rows, 16)]),
        countDown(j, 1, [store(precision, target, scalar(rows)), ...advance(rows, simd.width)]),
      ];
      return [memoryFill(c, i32(0), product(n, i32(simd.width))), countDown(k, 4, add(4)), countDown(k, 1, add(1))];
    }),
  );

/** The sum of a vector's lanes: (0 + 1) + (2 + 3). Of a local, which is read once a lane. */
const acrossLanes = ({ precision, lanes, lane }: Vectors, value: Local): Expr => {
  const all = times(lanes, (i) => lane(i, value));
  const add = (a: Expr, b: Expr): Expr => op(`${precision}.add`, a, b);
  return lanes === 2 ? add(all[0], all[1]) : add(add(all[0], all[1]), add(all[2], all[3]));
};

interface Dots {
  readonly x: Local;
  /** Where x's partners begin, one a row. */
  readonly rows: readonly Local[];
  readonly count: Local;
  /** sums[row][i]: as many a row as vectors are taken in one turn. */
  readonly sums: readonly (readonly Local[])[];
  readonly results: readonly Local[];
  readonly common: Local;
}

/** Sets each result to the dot product of x and a row; the pointers and the count run on. */
const dots = (simd: Vectors, { x, rows, count, sums, results, common }: Dots): readonly Stmt[] => {
  const unrolled = sums[0].length;
  const advance = (bytes: number): readonly Stmt[] => [...rows, x].map((pointer) => pointer.set(plus(pointer, bytes)));
  const vector = (u: number): readonly Stmt[] => [
    common.set(load("v128", x, 16 * u)),
    ...rows.map((row, r) => sums[r][u].set(simd.multiplyAdd(common, load("v128", row, 16 * u), sums[r][u]))),
  ];
  const turns = (vectors: number): Stmt =>
    countDown(count, vectors * simd.lanes, [...times(vectors, vector).flat(), ...advance(16 * vectors)]);
  const { precision } = simd;
  return [
    ...sums.flat().map((own) => own.set(simd.zero)),
    ...(unrolled > 1 ? [turns(unrolled)] : []),
    turns(1),
    ...sums.flatMap((own) => own.slice(1).map((more) => own[0].set(simd.add(own[0], more)))),
    ...results.map((result, r) => result.set(acrossLanes(simd, sums[r][0]))),
    countDown(count, 1, [
      ...results.map((result, r) =>
        result.set(simd.scalarMultiplyAdd(load(precision, x), load(precision, rows[r]), result)),
      ),
      ...advance(simd.width),
    ]),
  ];
};

/**
 * dotRows(x, a, aRow, c, cStep, m, k): c_i = a_i · x for m rows of a; the rows and x have no gaps; strides in bytes. Four rows at
 * once, those left over one by one.
 */
export const dotRowsFunction = ({ module, precision, relaxed }: Context): Func =>
  shared(module, "dotRows", (name) =>
    module.func(name, Array(7).fill("i32"), undefined, (f) => {
      const simd = vectorsOf(precision, relaxed);
      const [x, a, aRow, c, cStep, m, k] = f.params;
      const [common, count, at] = [f.local("v128"), f.local("i32"), f.local("i32")];
      const rows = times(4, () => f.local("i32"));
      const sums = times(4, () => f.local("v128"));
      const results = times(4, () => f.local(precision));
      const some = (used: number, own: readonly (readonly Local[])[]): Stmt =>
        countDown(m, used, [
          ...rows.slice(0, used).flatMap((row) => [row.set(a), a.set(sum(a, aRow))]),
          at.set(x),
          count.set(k),
          ...dots(simd, {
            x: at,
            rows: rows.slice(0, used),
            count,
            sums: own,
            results: results.slice(0, used),
            common,
          }),
          ...results.slice(0, used).flatMap((result) => [store(precision, c, result), c.set(sum(c, cStep))]),
        ]);
      return [
        some(
          4,
          sums.map((own) => [own]),
        ),
        some(1, [sums]),
      ];
    }),
  );

/** dotColumns(x, xStep, b, bStep, bColumn, c, n, k): the same for any strides, one element after another; c has no gaps. */
export const dotColumnsFunction = ({ module, precision, relaxed }: Context): Func =>
  shared(module, "dotColumns", (name) =>
    module.func(name, Array(8).fill("i32"), undefined, (f) => {
      const simd = vectorsOf(precision, relaxed);
      const [x, xStep, b, bStep, bColumn, c, n, k] = f.params;
      const [left, right, i] = times(3, () => f.local("i32"));
      const total = f.local(precision);
      const column = [
        left.set(x),
        right.set(b),
        i.set(k),
        total.set(simd.scalarZero),
        countDown(i, 1, [
          total.set(simd.scalarMultiplyAdd(load(precision, left), load(precision, right), total)),
          left.set(sum(left, xStep)),
          right.set(sum(right, bStep)),
        ]),
        store(precision, c, total),
        c.set(plus(c, simd.width)),
        b.set(sum(b, bColumn)),
      ];
      return [countDown(n, 1, column)];
    }),
  );
