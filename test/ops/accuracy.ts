import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";

const bits = new BigInt64Array(1);
const number = new Float64Array(bits.buffer);

/** The place of a double among all doubles. */
const rank = (x: number): bigint => {
  number[0] = x;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
};

/** How many doubles apart two numbers lie. */
export const ulps = (a: number, b: number): number => {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const apart = rank(a) - rank(b);
  return Number(apart < 0n ? -apart : apart);
};

/** Rows [...arguments, value] of a table and the worst error of `f` over them, with where it happens. */
export const worst = (
  rows: readonly (readonly number[])[],
  f: (...x: number[]) => number,
  error: (got: number, want: number) => number,
): { readonly error: number; readonly at: readonly number[] } => {
  let found = { error: 0, at: [] as readonly number[] };
  for (const row of rows) {
    const at = row.slice(0, -1);
    const here = error(f(...at), row[row.length - 1]);
    if (!(here <= found.error)) found = { error: here, at: row };
  }
  return found;
};

export const relative = (got: number, want: number): number =>
  got === want ? 0 : Math.abs(got - want) / Math.max(Math.abs(want), Number.MIN_VALUE);

/** Σ f(x)·weights, in double: value and gradient on host arrays. */
export const slopeOf = (f: (x: Tensor) => Tensor, x: ArrayLike<number>, shape: readonly number[]): Float64Array =>
  inDouble(() => hostValues(gradient((at: Tensor) => f(at).sum().asScalar())(fromHost(x, shape)).gradient));

/** Central differences of a scalar function of many numbers, by a fourth-order formula. */
export const differences = (f: (x: Float64Array) => number, x: ArrayLike<number>, step = 1e-3): Float64Array =>
  Float64Array.from({ length: x.length }, (_, i) => {
    const h = step * Math.max(1e-3, Math.abs(x[i]));
    const at = (offset: number): number => {
      const moved = Float64Array.from(x);
      moved[i] += offset * h;
      return f(moved);
    };
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
  });
