import { range } from "../../../../core/shape.ts";
import { type Expr, i32, memoryFill, run, type Stmt } from "../../assembler.ts";
import { type Context, type View, widthOf } from "../../context.ts";
import { addressOf, plus } from "../access.ts";
import { copyRegion } from "../copy.ts";
import { walk } from "../walk.ts";
import { type Product, productsOf } from "./layout.ts";
import { productFunction, productScratch } from "./product.ts";
import { isSmall, writtenOut } from "./small.ts";
import type { TileShape } from "./tile.ts";
import { dotColumnsFunction, dotRowsFunction, weighRowsFunction } from "./vector.ts";

type Emit = (context: Context, product: Product, addresses: readonly Expr[]) => readonly Stmt[];

/** Rows of a (or columns of b) up to which dot products beat tiles that are partly empty and panels packed against the grain. */
const fewRows = 3;
const fewColumns = 2;

const numbers = (...values: readonly number[]): readonly Expr[] => values.map((value) => i32(value));

/** k neighbours: where the vector lies, or a copy in scratch. */
const gapless = (
  { body, precision, scratch }: Context,
  at: Expr,
  stride: number,
  k: number,
): { readonly at: Expr; readonly stmts: readonly Stmt[] } => {
  const width = widthOf("real", precision);
  if (stride === width) return { at, stmts: [] };
  const to = i32(scratch(k * width));
  return {
    at: to,
    stmts: copyRegion(
      body,
      "real",
      precision,
      [k],
      { address: to, strides: [width] },
      { address: at, strides: [stride] },
    ),
  };
};

const weighRows: Emit = (context, { n, k, aStep, bStep }, [a, b, c]) => [
  run(weighRowsFunction(context), a, i32(aStep), b, i32(bStep), c, ...numbers(n, k)),
];

/** Every row of a with every column of b, both without gaps; a as few vectors. */
const dotByRows: Emit = (context, { m, n, k, aRow, aStep, bColumn }, [a, b, c]) => {
  const width = widthOf("real", context.precision);
  return range(m).flatMap((i) => {
    const x = gapless(context, plus(a, i * aRow), aStep, k);
    const columns = run(
      dotRowsFunction(context),
      x.at,
      b,
      i32(bColumn),
      plus(c, i * n * width),
      ...numbers(width, n, k),
    );
    return [...x.stmts, columns];
  });
};

/** The same with b as few vectors. */
const dotByColumns: Emit = (context, { m, n, k, aRow, bStep, bColumn }, [a, b, c]) => {
  const width = widthOf("real", context.precision);
  return range(n).flatMap((j) => {
    const x = gapless(context, plus(b, j * bColumn), bStep, k);
    return [
      ...x.stmts,
      run(dotRowsFunction(context), x.at, a, i32(aRow), plus(c, j * width), ...numbers(n * width, m, k)),
    ];
  });
};

const dotColumns: Emit = (context, { n, k, aStep, bStep, bColumn }, [a, b, c]) => [
  run(dotColumnsFunction(context), a, i32(aStep), b, ...numbers(bStep, bColumn), c, ...numbers(n, k)),
];

const byTiles =
  (shape: TileShape): Emit =>
  (context, { m, n, k, aRow, aStep, bStep, bColumn }, [a, b, c]) => [
    run(
      productFunction(context, shape),
      a,
      ...numbers(aRow, aStep),
      b,
      ...numbers(bStep, bColumn),
      c,
      ...numbers(m, n, k, context.scratch(productScratch(shape, k))),
    ),
  ];

const wideTile: TileShape = { rows: 4, vectors: 2 };
const narrowTile: TileShape = { rows: 8, vectors: 1 };

/** How a product of this size and layout is best made. */
const methodFor = (product: Product, width: number): Emit => {
  const { m, n, aStep, bStep, bColumn } = product;
  const [alongK, alongN] = [bStep === width, bColumn === width];
  if (isSmall(product)) return writtenOut;
  if (m === 1 && alongK) return dotByRows;
  if (m === 1) return alongN && n > 1 ? weighRows : dotColumns;
  if (m <= fewRows && aStep === width && alongK) return dotByRows;
  if (n <= fewColumns && aStep === width) return dotByColumns;
  return byTiles(n * width <= 16 ? narrowTile : wideTile);
};

/**
 * out [...batch, m, n] = a [...batch, m, k] b [...batch, k, n], operands read as they lie; zeros where k is 0. Sums of products in
 * the program's precision, fused where relaxed SIMD is there; their order depends on sizes and layout only.
 */
export const matmul = (context: Context, out: View, [a, b]: readonly View[]): readonly Stmt[] => {
  if (out.shape.includes(0)) return [];
  const width = widthOf("real", context.precision);
  const { product, batch, moves, addresses } = productsOf(out, a, b, context.precision);
  if (product.k === 0) return [memoryFill(addressOf(out), i32(0), i32(out.shape.reduce((size, n) => size * n, width)))];
  const method = methodFor(product, width);
  const walkers = addresses.map((address, w) => ({ address, strides: moves[w] }));
  return walk(context.body, batch, walkers, (at) => method(context, product, at));
};
