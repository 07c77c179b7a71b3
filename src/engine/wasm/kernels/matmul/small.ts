/** Small products, written out: no loops, no calls. */
import { range } from "../../../../core/shape.ts";
import { type Expr, type LoadKind, type Local, load, type Stmt, store } from "../../assembler.ts";
import type { Context } from "../../context.ts";
import { plus, vectorsOf } from "../access.ts";
import type { Product } from "./layout.ts";

/** Up to so many multiplications are written out. */
export const mostWrittenOut = 64;

export const isSmall = ({ m, n, k }: Product): boolean => m * n * k <= mostWrittenOut;

/** A stride may run backwards, an offset of an instruction may not. */
const loadAt = (kind: LoadKind, own: Local, offset: number): Expr =>
  offset < 0 ? load(kind, plus(own, offset)) : load(kind, own, offset);

/** One product, element by element; by vectors of columns where they are neighbours and fill vectors. */
export const writtenOut = (
  { body, precision, relaxed }: Context,
  { m, n, k, aRow, aStep, bStep, bColumn }: Product,
  [atA, atB, atC]: readonly Expr[],
): readonly Stmt[] => {
  const simd = vectorsOf(precision, relaxed);
  const byVectors = bColumn === simd.width && n % simd.lanes === 0;
  const [a, b, c] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const splat = precision === "f64" ? "v128.load64_splat" : "v128.load32_splat";
  const [left, right, zero, each] = byVectors
    ? ([splat, "v128", simd.zero, simd.lanes] as const)
    : ([precision, precision, simd.scalarZero, 1] as const);
  const multiplyAdd = byVectors ? simd.multiplyAdd : simd.scalarMultiplyAdd;
  const element = (i: number, j: number): Expr =>
    range(k).reduce<Expr>(
      (total, p) =>
        multiplyAdd(loadAt(left, a, i * aRow + p * aStep), loadAt(right, b, p * bStep + j * bColumn), total),
      zero,
    );
  const columns = range(n / each).map((column) => column * each);
  return [
    a.set(atA),
    b.set(atB),
    c.set(atC),
    ...range(m).flatMap((i) => columns.map((j) => store(right, c, element(i, j), (i * n + j) * simd.width))),
  ];
};
