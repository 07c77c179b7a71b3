import { describe, expect, it } from "vitest";
import * as datasets from "../../src/data/index.ts";
import type { DataSet } from "../../src/data/planeSet.ts";
import known from "../known/data/sets.json";

interface Known {
  readonly expectedLogDensity: number;
  readonly logDensity: readonly (readonly number[])[];
}

const sets = Object.values(datasets);
const uniform = ["two-uniforms", "checkerboard", "annulus"];

/** The middles of count × count cells of the frame, widened `by` times, and the area of one. */
const middlesOf = ({ bounds }: DataSet, count: number, by = 1): { points: number[][]; area: number } => {
  const [x, y] = bounds.map(([low, high]) => {
    const [middle, step] = [(low + high) / 2, (by * (high - low)) / count];
    return { at: (i: number) => middle + (i + 0.5 - count / 2) * step, step };
  });
  const points = Array.from({ length: count * count }, (_, i) => [x.at(i % count), y.at(Math.floor(i / count))]);
  return { points, area: x.step * y.step };
};

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

/** Midpoint sums; of smooth densities they are right to rounding where the step is below the width of what they see. */
const steps: Readonly<Record<string, number>> = { "two-lines": 240, rings: 200, pinwheel: 320, "two-spirals": 120 };

/** Where steps fall on the edges of squares the sum is exact; along the circles of the annulus some cells count wrongly. */
const uniformSteps: Readonly<Record<string, { steps: number; within: number }>> = {
  "two-uniforms": { steps: 80, within: 1e-12 },
  checkerboard: { steps: 90, within: 1e-12 },
  annulus: { steps: 500, within: 1e-3 },
};

describe.each(sets.map((set) => [set.name, set] as const))("%s", (name, set) => {
  const samples = set.sample(20_000, 7);

  it("has a density of mass one, whose expected logarithm is the one said", () => {
    const { steps: count, within } = uniformSteps[name] ?? { steps: steps[name] ?? 100, within: 1e-7 };
    const { points, area } = middlesOf(set, count, uniform.includes(name) ? 1 : 1.4);
    const logs = set.logDensity(points);
    const mass = sum(logs.map(Math.exp)) * area;
    expect(Math.abs(mass - 1)).toBeLessThan(within);
    const mean = sum(logs.map((log) => (log === -Infinity ? 0 : log * Math.exp(log)))) * area;
    expect(Math.abs(mean - set.expectedLogDensity)).toBeLessThan(12 * within);
  });

  it("draws what its density says, cell by cell", () => {
    const cells = 14;
    const fine = 8;
    const { points, area } = middlesOf(set, cells * fine);
    const expected = new Float64Array(cells * cells + 1);
    const counts = new Float64Array(cells * cells + 1);
    const cellOf = (x: number, y: number): number => {
      const [i, j] = [x, y].map((at, k) => {
        const [low, high] = set.bounds[k];
        return Math.floor((cells * (at - low)) / (high - low));
      });
      return i >= 0 && i < cells && j >= 0 && j < cells ? j * cells + i : cells * cells;
    };
    set.logDensity(points).forEach((log, i) => {
      expected[cellOf(points[i][0], points[i][1])] += Math.exp(log) * area;
    });
    expected[cells * cells] = Math.max(0, 1 - sum(expected));
    for (let i = 0; i < 20_000; i++) counts[cellOf(samples.values[2 * i], samples.values[2 * i + 1])]++;
    // Cells of little mass count as one.
    let [chiSquare, degrees, restCount, rest] = [0, -1, 0, 0];
    const add = (count: number, mean: number): void => {
      chiSquare += (count - mean) ** 2 / mean;
      degrees++;
    };
    expected.forEach((p, i) => {
      if (p * 20_000 >= 8) add(counts[i], p * 20_000);
      else [restCount, rest] = [restCount + counts[i], rest + p * 20_000];
    });
    if (rest > 1) add(restCount, rest);
    expect(degrees).toBeGreaterThan(12);
    expect((chiSquare - degrees) / Math.sqrt(2 * degrees)).toBeLessThan(4.5);
  });

  it("draws with the expected log density, inside its bounds but for one in a thousand", () => {
    const logs = set.logDensity(samples);
    const mean = sum(logs) / 20_000;
    const se = Math.sqrt(sum(logs.map((log) => (log - mean) ** 2))) / 20_000;
    expect(Math.abs(mean - set.expectedLogDensity)).toBeLessThan(4.5 * se + 1e-11);
    const outside = Array.from({ length: 20_000 }, (_, i) =>
      set.bounds.every(([low, high], k) => samples.values[2 * i + k] > low && samples.values[2 * i + k] < high),
    ).filter((inside) => !inside).length;
    expect(outside).toBeLessThan(20);
  });

  it("draws the same for the same seed, and another for another", () => {
    expect(set.sample(20, 7).values).toEqual(samples.values.slice(0, 40));
    expect(set.sample(20, 8).values).not.toEqual(samples.values.slice(0, 40));
    expect(samples.shape).toEqual([20_000, 2]);
  });
});

describe.each(Object.entries(known as unknown as Record<string, Known>))("%s, beside mpmath", (name, truth) => {
  const set = sets.find((one) => one.name === name)!;

  it("has the expected log density", () => {
    expect(Math.abs(set.expectedLogDensity - truth.expectedLogDensity)).toBeLessThan(2e-12);
  });

  it("has the log density of every point, far ones too", () => {
    const points = truth.logDensity.map(([x, y]) => [x, y]);
    set.logDensity(points).forEach((log, i) => {
      const right = truth.logDensity[i][2];
      // Where a curve is seen from afar by its end alone, the integral along it is coarser.
      const within = right > -40 ? 1e-10 : 1e-3;
      expect(Math.abs(log - right) / Math.max(1, Math.abs(right)), `${points[i]}`).toBeLessThan(within);
    });
  });
});

describe("a set", () => {
  const { annulus, moons } = datasets;

  it("knows where there is nothing", () => {
    expect([
      ...annulus.logDensity([
        [0, 0],
        [1.5, 0],
      ]),
    ]).toEqual([-Infinity, -Math.log(3 * Math.PI)]);
  });

  it("refuses what are no points of the plane, and counts that are none", () => {
    expect(() => moons.logDensity([[1, 2, 3]])).toThrow(
      "moons: logDensity: expected rows of 2 numbers, row 1 is [1,2,3]",
    );
    expect(() => moons.logDensity({ shape: [2], values: new Float64Array(2) })).toThrow(
      "expected points [n, 2], got [2]",
    );
    expect(() =>
      moons.logDensity([
        [1, 2],
        [NaN, 3],
      ]),
    ).toThrow("row 2 holds NaN");
    expect(() => moons.sample(0, 1)).toThrow("moons: n: expected a whole number from 1, got 0");
    expect(() => moons.sample(1, -1)).toThrow("seed");
  });
});
