import { describe, expect, it } from "vitest";
import type { Gradient } from "../../src/engine/engine.ts";
import { lbfgs } from "../../src/optimise/lbfgs.ts";

const gradientOf = (size: number, at: Gradient["at"]): Gradient => ({ size, at, dispose: () => {} });

/** −Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)², with its maximum 0 at (1, …, 1). Rosenbrock 1960. */
const rosenbrock = (size: number): Gradient =>
  gradientOf(size, (x, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < size; i++) {
      const bend = x[i + 1] - x[i] * x[i];
      value -= 100 * bend * bend + (1 - x[i]) ** 2;
      gradient[i] += 400 * x[i] * bend + 2 * (1 - x[i]);
      gradient[i + 1] -= 200 * bend;
    }
    return value;
  });

/** −½ Σ c_i (x_i − i)². */
const quadratic = (curvatures: readonly number[], round: (value: number) => number = (value) => value): Gradient =>
  gradientOf(curvatures.length, (x, gradient) => {
    let value = -40;
    for (const [i, c] of curvatures.entries()) {
      gradient[i] = round(-c * (x[i] - i));
      value -= 0.5 * c * (x[i] - i) ** 2;
    }
    return round(value);
  });

describe("lbfgs", () => {
  it("climbs Rosenbrock's valley", () => {
    for (const [size, start] of [
      [2, [-1.2, 1]],
      [10, Array.from({ length: 10 }, (_, i) => (i % 2 ? 1 : -1.2))],
    ] as const) {
      const { position, value, converged, iterations } = lbfgs(rosenbrock(size), Float64Array.from(start));
      expect(converged).toBe(true);
      expect(iterations).toBeLessThan(150);
      expect(value).toBeGreaterThan(-1e-10);
      for (const x of position) expect(Math.abs(x - 1)).toBeLessThan(1e-5);
    }
  });
  it("solves a quadratic with scales from 1 to 10⁶", () => {
    const curvatures = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];
    const found = lbfgs(quadratic(curvatures), new Float64Array(7).fill(5));
    expect(found.converged).toBe(true);
    expect(found.value).toBeGreaterThan(-40 - 1e-9);
    for (const [i, x] of found.position.entries()) expect(Math.abs(x - i)).toBeLessThan(1e-4);
  });
  it("stops at once at a maximum", () => {
    const { iterations, gradients, converged, why } = lbfgs(quadratic([1, 2]), Float64Array.of(0, 1));
    expect({ iterations, gradients, converged, why }).toEqual({
      iterations: 0,
      gradients: 1,
      converged: true,
      why: "the gradient is zero",
    });
  });
  it("keeps off walls of −∞ and NaN", () => {
    for (const outside of [Number.NEGATIVE_INFINITY, Number.NaN]) {
      // log x − x on x > 0, its maximum at 1; the first step from 1e-3 leads far, from 30 behind the wall.
      const walled = gradientOf(1, ([x], gradient) => {
        gradient[0] = 1 / x - 1;
        return x > 0 ? Math.log(x) - x : outside;
      });
      for (const start of [1e-3, 30]) {
        const { position, converged } = lbfgs(walled, Float64Array.of(start));
        expect(converged).toBe(true);
        // A gain of 1e-12 left, at a curvature of 1, is √2 · 1e-6 in x.
        expect(Math.abs(position[0] - 1)).toBeLessThan(5e-6);
      }
    }
  });
  it("stops at single precision when told what that is", () => {
    const single = quadratic([1, 30, 500], Math.fround);
    const { converged, position } = lbfgs(single, Float64Array.of(9, -4, 3), { gainTolerance: 1e-7 });
    expect(converged).toBe(true);
    for (const [i, x] of position.entries()) expect(Math.abs(x - i)).toBeLessThan(1e-2);
  });
  it("says why it did not get there", () => {
    const few = lbfgs(rosenbrock(2), Float64Array.of(-1.2, 1), { maxIterations: 3 });
    expect(few).toMatchObject({ converged: false, iterations: 3, why: "3 iterations were not enough" });
    const liar = gradientOf(1, ([x], gradient) => {
      gradient[0] = x;
      return -0.5 * x * x;
    });
    expect(lbfgs(liar, Float64Array.of(1))).toMatchObject({
      converged: false,
      why: "no step along the gradient gains anything",
    });
  });
  it("leaves the start alone and refuses bad input", () => {
    const start = Float64Array.of(4, 4);
    lbfgs(quadratic([1, 2]), start);
    expect([...start]).toEqual([4, 4]);
    expect(() => lbfgs(quadratic([1, 2]), Float64Array.of(1))).toThrow("lbfgs: expected a start of 2 numbers, got 1");
    expect(() =>
      lbfgs(
        gradientOf(1, () => Number.NaN),
        Float64Array.of(1),
      ),
    ).toThrow("the value there is NaN");
    expect(() => lbfgs(quadratic([1]), Float64Array.of(1), { memory: 0 })).toThrow("lbfgs: memory");
    expect(() => lbfgs(quadratic([1]), Float64Array.of(1), { tolerance: 1 } as object)).toThrow("unknown option");
  });
});
