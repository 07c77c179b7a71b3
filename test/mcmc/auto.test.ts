import { describe, expect, it } from "vitest";
import { hostKey } from "../../src/core/key.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { conditionOf, conditionThrough, correlationOf } from "../../src/mcmc/correlation.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { scoutStart } from "../../src/mcmc/scouts.ts";
import { findStart } from "../../src/mcmc/start.ts";
import { correlatedNormal, funnel, gradientOf, scaledNormals } from "./densities.ts";

describe("the condition of a correlation matrix", () => {
  it("is (1 + ρ) / (1 − ρ) in two dimensions, whatever the scales", () => {
    for (const rho of [0, 0.5, -0.9, 0.9999]) {
      const covariance = Float64Array.of(4, 2 * 0.1 * rho, 2 * 0.1 * rho, 0.01);
      const correlation = correlationOf(covariance, 2) as Float64Array;
      const exact = (1 + Math.abs(rho)) / (1 - Math.abs(rho));
      expect(Math.abs(conditionOf(correlation, 2) / exact - 1)).toBeLessThan(1e-6);
    }
  });

  it("is that of a matrix with known eigenvalues", () => {
    // ρ everywhere off the diagonal of n: 1 + (n − 1) ρ once, 1 − ρ elsewhere.
    const [n, rho] = [7, 0.8];
    const matrix = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : rho));
    expect(Math.abs(conditionOf(matrix, n) / ((1 + (n - 1) * rho) / (1 - rho)) - 1)).toBeLessThan(1e-3);
  });

  it("is infinite for a singular matrix; a variance of 0 has no correlations", () => {
    expect(conditionOf(Float64Array.of(1, 1, 1, 1), 2)).toBe(Number.POSITIVE_INFINITY);
    expect(correlationOf(Float64Array.of(1, 0, 0, 0), 2)).toBeUndefined();
  });
});

describe("the condition of one covariance through another", () => {
  it("is 1 through itself, that of the correlations through the variances, and the ratio of generalised eigenvalues", () => {
    const a = Float64Array.of(4, 0.18, 0.18, 0.01);
    expect(Math.abs(conditionThrough(a, a, 2) - 1)).toBeLessThan(1e-9);
    // The correlation is 0.9: (1 + 0.9) / (1 − 0.9).
    expect(Math.abs(conditionThrough(Float64Array.of(4, 0, 0, 0.01), a, 2) / 19 - 1)).toBeLessThan(1e-9);
    // λ of [[2, 1], [1, 3]] x = λ [[1, 0.5], [0.5, 2]] x solves 1.75 λ² − 6 λ + 5 = 0: λ = 2 and 10/7, in the ratio 1.4.
    const through = conditionThrough(Float64Array.of(1, 0.5, 0.5, 2), Float64Array.of(2, 1, 1, 3), 2);
    expect(Math.abs(through / 1.4 - 1)).toBeLessThan(1e-9);
  });

  it("is infinite where either is singular", () => {
    const flat = Float64Array.of(1, 1, 1, 1);
    const round = Float64Array.of(1, 0, 0, 1);
    expect(conditionThrough(flat, round, 2)).toBe(Number.POSITIVE_INFINITY);
    expect(conditionThrough(round, flat, 2)).toBe(Number.POSITIVE_INFINITY);
  });
});

const kindsOf = async (gradient: Parameters<typeof chains>[0]): Promise<string[]> => {
  const kernel = (of: typeof gradient) => nuts(of, { metric: "auto" });
  const { metric } = await chains(gradient, hostKey(3), { warmup: 400, draws: 20, kernel });
  return metric.map(({ kind }) => kind);
};

describe("the metric auto", () => {
  it("is dense where coordinates hang together, diagonal where they do not, whatever their scales", async () => {
    expect(await kindsOf(correlatedNormal(0.99))).toEqual(["dense", "dense", "dense", "dense"]);
    expect(await kindsOf(correlatedNormal(0.3))).toEqual(["diagonal", "diagonal", "diagonal", "diagonal"]);
    expect(await kindsOf(scaledNormals([1e-3, 1, 50, 1e4]))).toEqual(["diagonal", "diagonal", "diagonal", "diagonal"]);
  });

  it("takes the far draws of a funnel for nothing", async () => {
    expect(await kindsOf(funnel(9))).toEqual(["diagonal", "diagonal", "diagonal", "diagonal"]);
  });
});

/** Unit normals at ±3 in one dimension; `depth` nats more at +3. */
const twoModes = (depth: number) =>
  gradientOf(1, ([x], gradient) => {
    const [left, right] = [-0.5 * (4 * (x + 3)) ** 2, depth - 0.5 * (4 * (x - 3)) ** 2];
    const most = Math.max(left, right);
    const [a, b] = [Math.exp(left - most), Math.exp(right - most)];
    gradient[0] = (-16 * (a * (x + 3) + b * (x - 3))) / (a + b);
    return most + Math.log(a + b);
  });

const sides = (density: ReturnType<typeof twoModes>, find: typeof scoutStart): number[] =>
  Array.from({ length: 60 }, (_, seed) => Math.sign(find(density, hostKey(seed)).position[0]));
const positives = (signs: readonly number[]): number => signs.filter((sign) => sign > 0).length;

describe("starts that are followed", () => {
  it("leave a mode that is hopelessly low", () => {
    // Half of 60 starts fall on either side; all three of one fall on the wrong one with probability 1/8, twice that by the tail.
    const density = twoModes(200);
    expect(positives(sides(density, findStart))).toBeLessThan(60 * 0.75);
    expect(positives(sides(density, scoutStart))).toBeGreaterThan(60 * 0.75);
  });

  it("stay in modes of like mass: first start, same side", () => {
    const density = twoModes(20);
    const [before, after] = [findStart, scoutStart].map((find) => sides(density, find));
    const moved = before.filter((side, i) => side !== after[i]).length;
    expect(moved).toBeLessThan(6);
  });

  it("need not be found: a density that is hard to begin on loses no chain to the look around", () => {
    // Finite on 1 % of the cube: one search in three fails; three of them would all succeed for one chain in four.
    const narrow = gradientOf(1, ([x], gradient) => {
      gradient[0] = -x;
      return x > 1.96 ? -0.5 * x * x : Number.NEGATIVE_INFINITY;
    });
    const finds = (find: typeof scoutStart): number =>
      Array.from({ length: 60 }, (_, seed) => {
        try {
          return find(narrow, hostKey(seed)).logDensity > Number.NEGATIVE_INFINITY;
        } catch {
          return false;
        }
      }).filter(Boolean).length;
    expect(finds(scoutStart)).toBe(finds(findStart));
    expect(finds(findStart)).toBeGreaterThan(20);
  });
});
