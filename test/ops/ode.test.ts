import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { type OdeOptions, type Slope, solveOde } from "../../src/ops/ode/solve.ts";
import { slope as slopeOf } from "../distributions/slopes.ts";

interface Solution {
  readonly initial: readonly number[];
  readonly start: number;
  readonly times: readonly number[];
  readonly values: readonly (readonly number[])[];
}
/** Solutions by scipy 1.17.1, DOP853 to 1e-13: scripts/reference/ode.py. */
const known = JSON.parse(readFileSync(new URL("../known/ode.json", import.meta.url), "utf8")) as Record<
  "lotkaVolterra" | "vanDerPol" | "forced",
  Solution
>;

const part = (y: Tensor, i: number): Tensor => y.slice([i], [1]);
const systems: Readonly<Record<keyof typeof known, Slope>> = {
  lotkaVolterra: (_, y) => {
    const [prey, predators] = [part(y, 0), part(y, 1)];
    return tf.concat([prey.mul(predators.mul(-0.028).add(0.55)), predators.mul(prey.mul(0.024).sub(0.8))]);
  },
  vanDerPol: (_, y) => {
    const [x, v] = [part(y, 0), part(y, 1)];
    return tf.concat([v, x.square().neg().add(1).mul(v).mul(2).sub(x)]);
  },
  forced: (t, y) => y.mul(-0.7).add(t.mul(2).sin()),
};

const engine = compiledEngine("f64");

const solve = (name: keyof typeof known, options: OdeOptions): number[][] => {
  const { initial, start, times } = known[name];
  const solved = engine.compile((y: Tensor) => solveOde(systems[name], y, [...times], { start, ...options }));
  return tidy(() => {
    const flat = [...hostValues(solved(engine.tensor(initial, [initial.length])))];
    return times.map((_, i) => flat.slice(i * initial.length, (i + 1) * initial.length));
  });
};

/** The largest error relative to the largest value. */
const errorOf = (name: keyof typeof known, options: OdeOptions): number => {
  const made = solve(name, options);
  const { values } = known[name];
  const largest = Math.max(...values.flat().map(Math.abs));
  return Math.max(...made.flatMap((row, i) => row.map((x, j) => Math.abs(x - values[i][j])))) / largest;
};

describe.each(Object.keys(systems) as (keyof typeof known)[])("solveOde: %s", (name) => {
  it("comes as near as it is told to", () => {
    // The error at the end is the sum of the local ones, magnified by the system: a hundred tolerances here.
    for (const method of ["dopri5", "bosh3"] as const)
      for (const [tolerance, maxSteps] of [
        [1e-3, 128],
        [1e-5, 512],
      ]) {
        const error = errorOf(name, { method, relative: tolerance, absolute: tolerance, maxSteps });
        expect(error, `${method}, ${tolerance}`).toBeLessThan(100 * tolerance);
      }
    expect(errorOf(name, { relative: 1e-10, absolute: 1e-10, maxSteps: 800 })).toBeLessThan(1e-8);
  });

  it.each([
    ["euler", 1],
    ["midpoint", 2],
    ["heun", 2],
    ["rk4", 4],
  ] as const)("has the order of %s", (method, order) => {
    const coarse = method === "rk4" ? 32 : 128;
    const ratio = errorOf(name, { method, steps: coarse }) / errorOf(name, { method, steps: 2 * coarse });
    expect(Math.log2(ratio)).toBeGreaterThan(order - 0.25);
    expect(Math.log2(ratio)).toBeLessThan(order + 0.4);
  });
});

describe("solveOde", () => {
  const times = [0.3, 1, 2.5];
  const density =
    (options: OdeOptions) =>
    (z: Tensor): Scalar => {
      const [rate, pull, start] = tf.unstack(z);
      const f: Slope = (t, y) => y.mul(rate).neg().add(y.square().mul(pull).mul(t.cos()));
      return solveOde(f, start.reshape([1]), times, options)
        .square()
        .sum() as Scalar;
    };
  const at = [0.8, 0.3, 1.2];

  it.each([
    { method: "rk4", steps: 6 },
    { method: "dopri5", maxSteps: 24 },
  ] as const)("has the gradients of its steps, the same in both engines: $method", (options) => {
    const results = [eagerEngine("f64"), compiledEngine("f64")].map((engine) => {
      const made = engine.gradient((z) => density(options)(z), 3, {});
      const gradient = new Float64Array(3);
      const value = made.at(Float64Array.from(at), gradient);
      const values = (z: readonly number[]): number => made.at(Float64Array.from(z), new Float64Array(3));
      // Steps chosen anew at every point make differences only as good as the tolerance: fixed steps to rounding.
      const tolerance = options.method === "rk4" ? 1e-8 : 1e-4;
      for (const i of [0, 1, 2]) {
        const expected = slopeOf(
          (x) => values(at.map((own, j) => (j === i ? x : own))),
          at[i],
          options.method === "rk4" ? 1e-3 : 1e-2,
        );
        expect(Math.abs(gradient[i] - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
      }
      made.dispose();
      return [value, ...gradient];
    });
    for (const [i, x] of results[0].entries())
      expect(Math.abs(x - results[1][i])).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
  });

  it("solves decay as its closed form, from a start of its own and for any shape of y", () =>
    inDouble(() =>
      tidy(() => {
        const y = fromHost([1, 2, 3, 4], [2, 2]);
        const made = solveOde((_, state) => state.mul(-0.5), y, [2, 3], { start: 2, relative: 1e-9, absolute: 1e-9 });
        expect(made.shape).toEqual([2, 2, 2]);
        const got = hostValues(made);
        [1, 2, 3, 4].forEach((own, i) => {
          expect(got[i]).toBe(own);
          expect(got[4 + i]).toBeCloseTo(own * Math.exp(-0.5), 8);
        });
        return undefined;
      }),
    ));

  it("gives NaN where the steps do not reach", () =>
    inDouble(() =>
      tidy(() => {
        const made = hostValues(solveOde((_, y) => y.square(), [1], [0.5, 1.5], { maxSteps: 40 }));
        expect(made[0]).toBeCloseTo(2, 4);
        expect(made[1]).toBeNaN();
        return undefined;
      }),
    ));

  it("refuses what it cannot do, saying why", () => {
    const f: Slope = (_, y) => y;
    expect(() => solveOde(f, [1], [1], { method: "rk5" as never })).toThrow(
      'solveOde: there is no method "rk5" (did you mean "rk4"?); there are bosh3, dopri5, euler, midpoint, heun, rk4',
    );
    expect(() => solveOde(f, [1], [1], { method: "rk4", relative: 1e-3 })).toThrow(
      "solveOde: relative has no meaning for rk4, whose steps are of equal length",
    );
    expect(() => solveOde(3 as never, [1], [1])).toThrow(
      "solveOde: expected the slope, a function (t, y) => …, got number",
    );
    expect(() => solveOde(f, undefined as never, [1])).toThrow("solveOde: the initial state is missing");
    expect(() => solveOde(f, [1], undefined as never)).toThrow("solveOde: expected a vector of times, got undefined");
    expect(() => solveOde(f, [1], [1], { steps: 3 })).toThrow("steps has no meaning for dopri5");
    expect(() => solveOde(f, [1], [2, 1])).toThrow("solveOde: expected times that ascend from 0 on, got 1 after 2");
    expect(() => solveOde(() => tf.ones([2]), [1], [1])).toThrow("expected a slope of y's shape [1], got [2]");
  });
});
