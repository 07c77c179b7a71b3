/** The matrices of a product, as they lie. */
import type { Precision } from "../../../../core/double.ts";
import type { Shape } from "../../../../core/tensor.ts";
import type { Expr } from "../../assembler.ts";
import type { View } from "../../context.ts";
import { addressOf, byteStrides } from "../access.ts";

/** c [m, n] = a [m, k] b [k, n] with strides in bytes; c goes row by row without gaps. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRow: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly bColumn: number;
}

/** One product after another: batch axes, and what each operand and the result move along them. */
export interface Products {
  readonly product: Product;
  readonly batch: Shape;
  readonly moves: readonly [a: readonly number[], b: readonly number[], c: readonly number[]];
  readonly addresses: readonly [a: Expr, b: Expr, c: Expr];
}

/** Where the last batch axis is more rows of a for the same b, the products are one. */
const joinRows = (products: Products): Products => {
  const { product, batch, moves } = products;
  const [a, b, c] = moves;
  const last = batch.length - 1;
  const fits =
    last >= 0 && (batch[last] === 1 || (b[last] === 0 && (product.m === 1 || a[last] === product.m * product.aRow)));
  if (!fits) return products;
  const aRow = product.m === 1 ? a[last] : product.aRow;
  return joinRows({
    ...products,
    product: { ...product, m: product.m * batch[last], aRow },
    batch: batch.slice(0, last),
    moves: [a.slice(0, last), b.slice(0, last), c.slice(0, last)],
  });
};

/** A column is a row: where n is 1 the product is written the other way round, cᵀ = bᵀ aᵀ. So are dot products with one a. */
const rowFirst = (products: Products): Products => {
  const { m, n, k, aRow, aStep, bStep } = products.product;
  const [a, b, c] = products.moves;
  if (n !== 1 || (m === 1 && a.at(-1) !== 0)) return products;
  const [atA, atB, atC] = products.addresses;
  return {
    ...products,
    product: { m: 1, n: m, k, aRow: 0, aStep: bStep, bStep: aStep, bColumn: aRow },
    moves: [b, a, c],
    addresses: [atB, atA, atC],
  };
};

/** The stride of an axis of length 1 says nothing: the width makes it look like neighbours. */
const settle = (product: Product, width: number): Product => ({
  ...product,
  aStep: product.k === 1 ? width : product.aStep,
  bStep: product.k === 1 ? width * product.n : product.bStep,
  bColumn: product.n === 1 ? width : product.bColumn,
});

/** What is to be multiplied, in the simplest terms. */
export const productsOf = (out: View, a: View, b: View, precision: Precision): Products => {
  const [strideA, strideB, strideC] = [a, b, out].map((view) => byteStrides(view, precision));
  const rank = out.shape.length;
  const [m, n] = out.shape.slice(rank - 2);
  const product = {
    m,
    n,
    k: a.shape[rank - 1],
    aRow: strideA[rank - 2],
    aStep: strideA[rank - 1],
    bStep: strideB[rank - 2],
    bColumn: strideB[rank - 1],
  };
  const given: Products = {
    product,
    batch: out.shape.slice(0, rank - 2),
    moves: [strideA.slice(0, rank - 2), strideB.slice(0, rank - 2), strideC.slice(0, rank - 2)],
    addresses: [addressOf(a), addressOf(b), addressOf(out)],
  };
  const joined = [joinRows, rowFirst, joinRows, rowFirst].reduce((products, step) => step(products), given);
  return { ...joined, product: settle(joined.product, precision === "f64" ? 8 : 4) };
};
