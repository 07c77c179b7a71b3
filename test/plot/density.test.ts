import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { bandwidth, estimateDensity } from "../../src/plot/densityEstimate.ts";
import { quantile, sorted, thinned } from "../../src/plot/numbers.ts";

const uniforms = (seed: number, n: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return Float64Array.from({ length: n }, next);
};

const area = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, at, i) => (i === 0 ? 0 : sum + ((at - x[i - 1]) * (y[i] + y[i - 1])) / 2), 0);

/** The plain twin: a normal kernel summed over the values and their mirror images in the two ends. */
const directly = (values: Float64Array, at: number): number => {
  const ordered = sorted(values);
  const h = bandwidth(ordered);
  const low = ordered[0];
  const high = ordered[ordered.length - 1];
  const kernel = (x: number): number => Math.exp(-0.5 * ((at - x) / h) ** 2);
  const sum = values.reduce((total, x) => total + kernel(x) + kernel(2 * low - x) + kernel(2 * high - x), 0);
  return sum / (values.length * h * Math.sqrt(2 * Math.PI));
};

describe("a density estimate", () => {
  const exponential = uniforms(3, 4000).map((u) => -Math.log(u));
  const { x, density } = estimateDensity(exponential, 0, 12, 200);

  it("agrees with the direct sum", () => {
    const scale = Math.max(...density);
    // Linear binning at a quarter of the bandwidth: errors of second order, (1/4)²/8 of the curvature at most.
    for (const i of [5, 20, 60, 120])
      expect(Math.abs(density[i] - directly(exponential, x[i])) / scale).toBeLessThan(0.01);
  });

  it("has mass one, and none outside the values", () => {
    const wide = estimateDensity(exponential, -2, 14, 400);
    expect(area(wide.x, wide.density)).toBeCloseTo(1, 2);
    expect(wide.density[0]).toBe(0);
    expect(wide.density[399]).toBe(0);
  });

  it("does not leak over a boundary", () => {
    // exp(-x) is 1 at 0; a reflected kernel of width h sees about 1 - 2h/√(2π) there.
    expect(density[1]).toBeGreaterThan(0.75);
    expect(density[1]).toBeLessThan(1.1);
  });

  it("leaves out what is not finite, and stands equal values", () => {
    const some = [1, 2, 3, NaN, Infinity, 4];
    expect(estimateDensity(some, 0, 5, 50).density.every(Number.isFinite)).toBe(true);
    const spike = estimateDensity(new Float64Array(100).fill(2), 0, 4, 41);
    expect(spike.density.every(Number.isFinite)).toBe(true);
    expect(spike.density.indexOf(Math.max(...spike.density))).toBe(20);
  });

  it("stays quick and flat for a guide far wider than the window", () => {
    const wide = uniforms(4, 4000).map((u) => (u - 0.5) * 1e6);
    const { density: flat } = estimateDensity(wide, 0, 1, 100);
    expect(Math.max(...flat) - Math.min(...flat)).toBeLessThan(1e-6);
  });
});

describe("numbers", () => {
  it("interpolates quantiles as R's type 7", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.05)).toBeCloseTo(1.15, 12);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("thins to at most so many, from the first", () => {
    expect(thinned(10, 4)).toEqual([0, 3, 6, 9]);
    expect(thinned(3, 10)).toEqual([0, 1, 2]);
    expect(thinned(0, 10)).toEqual([]);
  });
});
