/** Expectations under normals by the trapezium rule, which is exact to rounding for smooth integrands that fall off so fast. */
import { range } from "../../src/core/shape.ts";

const reach = 9;
const points = 181;
const nodes = range(points).map((i) => -reach + (2 * reach * i) / (points - 1));
const weights = nodes.map((e) => (Math.exp(-0.5 * e * e) / Math.sqrt(2 * Math.PI)) * ((2 * reach) / (points - 1)));

/** E[f(ε)] for ε ~ N(0, 1). */
export const expectation = (f: (e: number) => number): number =>
  nodes.reduce((sum, e, i) => sum + weights[i] * f(e), 0);

/** E[f(ε, ε′)] of two. */
export const expectationOfTwo = (f: (a: number, b: number) => number): number =>
  expectation((a) => expectation((b) => f(a, b)));

/** Slopes by central differences, to about 1e-9. */
export const slopesOf = (f: (x: readonly number[]) => number, x: readonly number[], step = 1e-4): number[] =>
  x.map((_, i) => {
    const at = (h: number): number => f(x.map((v, j) => (j === i ? v + h : v)));
    return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
  });
