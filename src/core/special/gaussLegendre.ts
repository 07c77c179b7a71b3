import { range } from "../shape.ts";

export interface Quadrature {
  /** Where to look, from 0 to 1. */
  readonly nodes: readonly number[];
  /** Σ weights · f(nodes) is the integral from 0 to 1. */
  readonly weights: readonly number[];
}

/** The Legendre polynomial of degree n at x, and its slope. */
const legendre = (n: number, x: number): readonly [value: number, slope: number] => {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return [value, (n * (x * value - before)) / (x * x - 1)];
};

/** Newton's steps from Tricomi's approximation to a root. */
const rootOf = (n: number, i: number): number => {
  let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
  for (let step = 0; step < 8; step++) {
    const [value, slope] = legendre(n, x);
    x -= value / slope;
  }
  return x;
};

/** The Gauss–Legendre rule of n ≥ 1 nodes on [0, 1]: exact for polynomials up to degree 2n − 1. */
export const gaussLegendre = (n: number): Quadrature => {
  const roots = range(n).map((i) => rootOf(n, i));
  return {
    nodes: roots.map((x) => (1 - x) / 2),
    weights: roots.map((x) => 1 / ((1 - x * x) * legendre(n, x)[1] ** 2)),
  };
};
