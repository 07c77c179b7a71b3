/** Matrix products, Cholesky factors and triangular systems by their definitions, over any kind of number. */
import { range } from "../../core/shape.ts";

/** The arithmetic that they need: plain doubles, or numbers that carry their error. */
export interface Arithmetic<T> {
  readonly zero: T;
  readonly nan: T;
  /** Of many terms. */
  sum(terms: readonly T[]): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  sqrt(a: T): T;
  /** Whether a matrix with this pivot is positive definite so far. */
  isPivot(a: T): boolean;
}

export const doubles: Arithmetic<number> = {
  zero: 0,
  nan: Number.NaN,
  sum: (terms) => terms.reduce((sum, x) => sum + x, 0),
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  sqrt: Math.sqrt,
  isPivot: (a) => a > 0 && a < Number.POSITIVE_INFINITY,
};

/** Row by row. */
export type Elements<T> = { readonly [index: number]: T };

/** a [m, k] × b [k, n]. */
export const multiply = <T>(
  number: Arithmetic<T>,
  a: Elements<T>,
  b: Elements<T>,
  [m, k, n]: readonly [number, number, number],
): T[] =>
  Array.from({ length: m * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return number.sum(Array.from({ length: k }, (_, i) => number.mul(a[row * k + i], b[i * n + column])));
  });

/** The lower factor of an n × n matrix, from its lower triangle, row after row; all NaN where it is not positive definite. */
export const factor = <T>(number: Arithmetic<T>, a: Elements<T>, n: number): T[] => {
  const l = new Array<T>(n * n).fill(number.zero);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = number.zero;
      for (let k = 0; k < j; k++) sum = number.add(sum, number.mul(l[i * n + k], l[j * n + k]));
      const rest = number.sub(a[i * n + j], sum);
      if (i === j && !number.isPivot(rest)) return l.fill(number.nan);
      l[i * n + j] = i === j ? number.sqrt(rest) : number.div(rest, l[j * n + j]);
    }
  return l;
};

/** What choosing pivots needs beside arithmetic. */
export interface Pivoting<T> extends Arithmetic<T> {
  /** Whether |a| > |b|. */
  larger(a: T, b: T): boolean;
  isZero(a: T): boolean;
  whole(i: number): T;
}

export const pivotingDoubles: Pivoting<number> = {
  ...doubles,
  larger: (a, b) => Math.abs(a) > Math.abs(b),
  isZero: (a) => a === 0,
  whole: (i) => i,
};

const exchange = <T>(a: T[], at: number, other: number, count: number): void => {
  for (let j = 0; j < count; j++) [a[at + j], a[other + j]] = [a[other + j], a[at + j]];
};

/**
 * Gaussian elimination with partial pivoting of an n × n matrix: n rows of L below and U from the diagonal on, then the number of the
 * row of a. A column of zeros is left as it is.
 */
export const eliminate = <T>(number: Pivoting<T>, a: Elements<T>, n: number): T[] => {
  const width = n + 1;
  const rows = Array.from({ length: n }, (_, i) => [...range(n).map((j) => a[i * n + j]), number.whole(i)]).flat();
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (number.larger(rows[i * width + k], rows[best * width + k])) best = i;
    if (best !== k) exchange(rows, k * width, best * width, width);
    const pivot = rows[k * width + k];
    if (number.isZero(pivot)) continue;
    for (let i = k + 1; i < n; i++) {
      const weight = number.div(rows[i * width + k], pivot);
      rows[i * width + k] = weight;
      for (let j = k + 1; j < n; j++)
        rows[i * width + j] = number.sub(rows[i * width + j], number.mul(weight, rows[k * width + j]));
    }
  }
  return rows;
};

/** Solves t x = b, or tᵀ x = b, for a triangular t [n, n] and b [n, k]. */
export const solve = <T>(
  number: Arithmetic<T>,
  t: Elements<T>,
  b: Elements<T>,
  [n, k]: readonly [number, number],
  { transpose, lower }: { readonly transpose: boolean; readonly lower: boolean },
): T[] => {
  const downwards = lower !== transpose;
  const x = Array.from({ length: n * k }, (_, at) => b[at]);
  for (let step = 0; step < n; step++) {
    const i = downwards ? step : n - 1 - step;
    for (let c = 0; c < k; c++) {
      let rest = x[i * k + c];
      for (let before = 0; before < step; before++) {
        const j = downwards ? before : n - 1 - before;
        rest = number.sub(rest, number.mul(t[transpose ? j * n + i : i * n + j], x[j * k + c]));
      }
      x[i * k + c] = number.div(rest, t[i * n + i]);
    }
  }
  return x;
};

/** Applies a function of matrices to each of a batch: `sizes` are the elements of one of each operand. */
export const overBatch = <T>(
  operands: readonly (ArrayLike<T> & { slice(from: number, to: number): Elements<T> })[],
  sizes: readonly number[],
  count: number,
  f: (...matrices: Elements<T>[]) => T[],
): T[] =>
  Array.from({ length: count }, (_, i) =>
    f(...operands.map((x, operand) => x.slice(i * sizes[operand], (i + 1) * sizes[operand]))),
  ).flat();
