import {
  type Expr,
  type FunctionBody,
  i32,
  type Local,
  lane,
  load,
  op,
  type Stmt,
  seq,
  store,
  whileLoop,
} from "../assembler.ts";

/** Doubles that lie one after another at pointer + offset. */
export interface Row {
  readonly pointer?: Expr;
  readonly offset: number;
}

/** A row at a known address. */
export const rowAt = (offset: number): Row => ({ offset });

/** A row at an address that is known when the code runs. */
export const rowFrom = (pointer: Expr, offset = 0): Row => ({ pointer, offset });

/** Two neighbouring elements of any row, or the last one alone (the second lane then reads as 0 and is not written). */
export interface Pair {
  read(row: Row): Expr;
  write(row: Row, value: Expr): Stmt;
}

const pairBytes = 16;
const longestUnrolled = 8;
const unrolled = 4;

const addressOf = ({ pointer }: Row, at: Local | undefined): Expr => {
  if (!at) return pointer ?? i32(0);
  return pointer ? op("i32.add", pointer, at) : at;
};

const wholePair = (index: number, at?: Local): Pair => ({
  read: (row) => load("v128", addressOf(row, at), row.offset + index * pairBytes),
  write: (row, value) => store("v128", addressOf(row, at), value, row.offset + index * pairBytes),
});

const halfPair = (index: number): Pair => ({
  read: (row) => load("v128.load64_zero", addressOf(row, undefined), row.offset + index * pairBytes),
  write: (row, value) =>
    store("v128.store64_lane", addressOf(row, undefined), value, row.offset + index * pairBytes, 0),
});

const range = (from: number, below: number): number[] => Array.from({ length: below - from }, (_, i) => from + i);

/** `body` for every pair of rows of `size` elements: written out where they are short, else a loop over four pairs at once. */
export const overRows = (f: FunctionBody, size: number, body: (pair: Pair) => readonly Stmt[]): Stmt => {
  const pairs = Math.floor(size / 2);
  const looped = pairs > longestUnrolled ? pairs - (pairs % unrolled) : 0;
  const written = (indices: readonly number[], at?: Local): Stmt[] => indices.flatMap((i) => body(wholePair(i, at)));
  const stmts: Stmt[] = [];
  if (looped) {
    const at = f.local("i32");
    stmts.push(
      at.set(i32(0)),
      whileLoop(op("i32.lt_u", at, i32(looped * pairBytes)), [
        ...written(range(0, unrolled), at),
        at.set(op("i32.add", at, i32(unrolled * pairBytes))),
      ]),
    );
  }
  stmts.push(...written(range(looped, pairs)));
  if (size % 2) stmts.push(...body(halfPair(pairs)));
  return seq(stmts);
};

export const add = (a: Expr, b: Expr): Expr => op("f64x2.add", a, b);
export const subtract = (a: Expr, b: Expr): Expr => op("f64x2.sub", a, b);
export const multiply = (a: Expr, b: Expr): Expr => op("f64x2.mul", a, b);
export const divide = (a: Expr, b: Expr): Expr => op("f64x2.div", a, b);
export const spread = (x: Expr): Expr => op("f64x2.splat", x);

/** Both lanes together. */
export const total = (pair: Local): Expr =>
  op("f64.add", lane("f64x2.extract_lane", 0, pair), lane("f64x2.extract_lane", 1, pair));
