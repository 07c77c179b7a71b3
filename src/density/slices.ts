import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Engine } from "../engine/engine.ts";
import type { Learnt } from "./learnt.ts";
import { type Rows, rowsAt } from "./samples.ts";

/** Numbers that a slice holds at the most, and rows. */
const mostNumbers = 65_536;
const mostRows = 1024;

/**
 * Rows that one call of a program takes: a power of 2, so that few programs serve all counts, and no more than bounded memory allows. Exact
 * log-determinants of a flow that else estimates them take memory for a Jacobian a row.
 */
export const sliceRows = ({ size, costly }: Learnt, count: number): number => {
  const width = costly ? size * size : size;
  const most = Math.max(1, Math.min(mostRows, 2 ** Math.floor(Math.log2(mostNumbers / width))));
  return Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(count, 8))));
};

/** Rows from a place on, the last one again where there are too few. */
export const sliceOf = (rows: Rows, from: number, length: number): Rows =>
  rowsAt(
    rows,
    range(length).map((i) => Math.min(from + i, rows.count - 1)),
  );

export const tensorOfRows = (engine: Engine, { count, size, values }: Rows): Tensor =>
  engine.tensor(values, [count, size]);
