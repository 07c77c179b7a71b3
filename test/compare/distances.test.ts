import { distances, fit, meanField, model, multivariateNormal, normal, sample } from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { classifierTest } from "../../src/compare/distances/classifier.ts";
import type { DistanceEstimate } from "../../src/compare/distances/estimate.ts";
import { kernelled, squaredDistances, together } from "../../src/compare/distances/pairwise.ts";
import type { Points } from "../../src/compare/distances/points.ts";
import { steinDistance } from "../../src/compare/distances/stein.ts";
import { kernelDistance } from "../../src/compare/distances/twoSample.ts";
import { slicedWasserstein } from "../../src/compare/distances/wasserstein.ts";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import type { Draws } from "../../src/posterior/draws.ts";

const uniform = hostUniforms(hostKey(17));
const standardNormal = (): number => normalQuantile(uniform());

/** Points of normal(loc, scale) in every coordinate. */
const points = (count: number, size: number, loc = 0, scale = 1): Points => ({
  count,
  size,
  values: Float64Array.from({ length: count * size }, () => loc + scale * standardNormal()),
});

const gaussianKernel =
  (width: number) =>
  (squared: number): number =>
    Math.exp(-squared / (2 * width * width));
const minusDistance = (squared: number): number => -Math.sqrt(squared);

const key = hostKey(4);
const permutations = 99;

/** Every distance between two sets of n. */
const measures: Record<string, (a: Points, b: Points) => DistanceEstimate> = {
  "MMD²": (a, b) =>
    kernelDistance("", kernelled(squaredDistances(together(a, b)), gaussianKernel(1.5)), a.count, permutations, key),
  "energy distance": (a, b) =>
    kernelDistance("", kernelled(squaredDistances(together(a, b)), minusDistance), a.count, permutations, key),
  "sliced Wasserstein 1": (a, b) => slicedWasserstein(together(a, b), { directions: 10, permutations, key })[0],
  "sliced Wasserstein 2": (a, b) => slicedWasserstein(together(a, b), { directions: 10, permutations, key })[1],
  "classifier accuracy": (a, b) => classifierTest(squaredDistances(together(a, b)), permutations, key),
  "kernel Stein discrepancy²": (a) =>
    steinDistance(
      a,
      a.values.map((x) => -x),
      permutations,
      key,
    ),
};

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** E |N(mean, sd²)|. */
const meanAbsolute = (centre: number, sd: number): number => {
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += Math.abs(centre + sd * normalQuantile((i + 0.5) / 20_000));
  return sum / 20_000;
};

describe.each(Object.entries(measures))("%s", (_, measure) => {
  it("has uniform p-values where both sets come from one distribution", () => {
    const found = Array.from({ length: 100 }, () => measure(points(60, 2), points(60, 2)));
    const values = found.map(({ p }) => p);
    expect(Math.abs(mean(values) - 0.505) / Math.sqrt(1 / 12 / 100)).toBeLessThan(4);
    for (const level of [0.1, 0.5, 0.9]) {
      const share = values.filter((p) => p <= level + 1e-9).length / 100;
      // Accuracies tie often: their p-values are then larger than uniform ones.
      expect((share - level) / Math.sqrt((level * (1 - level)) / 100)).toBeLessThan(4);
    }
    const differences = found.map(({ value, ifSame }) => value - ifSame);
    const error = Math.sqrt(mean(found.map((each) => each.error ** 2)) / 100);
    expect(Math.abs(mean(differences)) / error).toBeLessThan(4.5);
  });

  it("sees a shift and a scale", () => {
    for (const [loc, scale] of [
      [0.8, 1],
      [0, 2.2],
    ])
      expect(measure(points(150, 2, loc, scale), points(150, 2)).p).toBe(0.01);
  });
});

/** Repeated estimates of a known value: no bias, and errors that on average are their spread (which 80 of them tell to about 8 %). */
const honest = (found: readonly { readonly value: number; readonly error: number }[], exact: number): void => {
  const spread = Math.sqrt(mean(found.map(({ value }) => (value - exact) ** 2)));
  const stated = Math.sqrt(mean(found.map(({ error }) => error ** 2)));
  expect((Math.abs(mean(found.map(({ value }) => value)) - exact) * Math.sqrt(found.length)) / stated).toBeLessThan(
    4.5,
  );
  expect(spread / stated).toBeGreaterThan(0.7);
  expect(spread / stated).toBeLessThan(1.35);
};

describe("distances between normals, against closed forms:", () => {
  const repeats = 80;

  it("MMD² of a Gaussian kernel", () => {
    // E k of a difference that is normal(m, v) in every one of d coordinates: (h²/(h² + v))^(d/2) exp(−d m² / 2(h² + v)).
    const [size, width, loc, scale] = [2, 1.2, 0.4, 1.5];
    const meanKernel = (m: number, v: number): number =>
      (width ** 2 / (width ** 2 + v)) ** (size / 2) * Math.exp((-size * m * m) / (2 * (width ** 2 + v)));
    const exact = meanKernel(0, 2) + meanKernel(0, 2 * scale ** 2) - 2 * meanKernel(loc, 1 + scale ** 2);
    honest(
      Array.from({ length: repeats }, () => {
        const squared = squaredDistances(together(points(120, size, loc, scale), points(150, size)));
        return kernelDistance("", kernelled(squared, gaussianKernel(width)), 120, 20, key);
      }),
      exact,
    );
  });

  it("energy distance", () => {
    const [loc, scale] = [0.5, 1.4];
    const exact =
      2 * meanAbsolute(loc, Math.hypot(1, scale)) - meanAbsolute(0, Math.SQRT2) - meanAbsolute(0, Math.SQRT2 * scale);
    honest(
      Array.from({ length: repeats }, () => {
        const squared = squaredDistances(together(points(150, 1, loc, scale), points(150, 1)));
        return kernelDistance("", kernelled(squared, minusDistance), 150, 20, key);
      }),
      exact,
    );
  });

  it("Wasserstein distances of order 1 and 2 on an axis", () => {
    const [loc, scale] = [1, 1.5];
    const exact = [meanAbsolute(loc, scale - 1), Math.hypot(loc, scale - 1)];
    const found: DistanceEstimate[][] = [[], []];
    for (let i = 0; i < repeats; i++)
      slicedWasserstein(together(points(600, 1, loc, scale), points(600, 1)), {
        directions: 1,
        permutations: 1,
        key,
      }).forEach((each, order) => {
        found[order].push(each);
      });
    found.forEach((each, order) => {
      honest(each, exact[order]);
    });
  });

  it("kernel Stein discrepancy² of a shift", () => {
    // The scores differ by −m throughout: m² E k(x, y), the difference of x and y being normal(0, 2).
    const shift = 0.7;
    const nodes = Array.from({ length: 20_000 }, (_, i) => Math.SQRT2 * normalQuantile((i + 0.5) / 20_000));
    const exact = shift ** 2 * mean(nodes.map((d) => 1 / Math.sqrt(1 + d * d)));
    honest(
      Array.from({ length: repeats }, () => {
        const moved = points(150, 1, shift);
        return steinDistance(
          moved,
          moved.values.map((x) => -x),
          30,
          key,
        );
      }),
      exact,
    );
  });

  it("classifier accuracy, that of the best classifier for a shift", () => {
    // Φ(m/2) at m = 2, which 29 neighbours among 800 come near.
    const { value, error } = classifierTest(squaredDistances(together(points(400, 1, 2), points(400, 1))), 9, key);
    expect(value).toBeGreaterThan(0.8413 - 0.03 - 4 * error);
    expect(value).toBeLessThan(0.8413 + 4 * error);
  });
});

const autoregressive = (draws: number, loc = 0): Record<string, Draws> => {
  const values = new Float64Array(2 * draws);
  for (let chain = 0; chain < 2; chain++)
    for (let i = 0, x = standardNormal(); i < draws; i++) {
      x = 0.8 * x + 0.6 * standardNormal();
      values[chain * draws + i] = loc + x;
    }
  return { x: { shape: [2, draws], values, coords: [] } };
};

describe("distances of chains", () => {
  it("have p-values that autocorrelation does not spoil", () => {
    const rows = Array.from({ length: 60 }, () =>
      distances(autoregressive(600), autoregressive(600), { permutations: 59, directions: 1 }),
    );
    for (const name of ["MMD²", "energy distance", "sliced Wasserstein 1"]) {
      const values = rows.map((each) => (each.rows.find((row) => row.name === name) as DistanceEstimate).p);
      for (const level of [0.1, 0.5]) {
        const share = values.filter((p) => p <= level + 1e-9).length / 60;
        expect((share - level) / Math.sqrt((level * (1 - level)) / 60)).toBeLessThan(4);
      }
    }
    // ESS of an AR(1) with ρ = 0.8: a ninth of the draws; half of that is kept.
    expect(mean(rows.map(({ draws }) => draws.mine))).toBeGreaterThan(35);
    expect(mean(rows.map(({ draws }) => draws.mine))).toBeLessThan(90);
  });

  it("tell a guide from chains, on the unconstrained scale, and chains from chains not", async () => {
    const correlated = model("correlated").latent("x", () =>
      multivariateNormal([0, 0], {
        covariance: tf.tensor2d([
          [1, 0.8],
          [0.8, 1],
        ]),
      }),
    );
    const [a, b] = [await sample(correlated, {}, { seed: 1 }), await sample(correlated, {}, { seed: 2 })];
    const target = { model: correlated, data: {} };
    const options = { draws: 400, target };
    const same = distances(a, b, options);
    expect(same.scale).toBe("unconstrained");
    expect(same.rows).toHaveLength(6);
    expect(same.verdict).toMatch(/^No difference that these draws could show; the largest difference is in the/);
    const guide = await fit(correlated, {}, { guide: meanField(), seed: 1, draws: 1_000 });
    const apart = distances(guide, b, options);
    for (const { name, p } of apart.rows) if (name !== "classifier accuracy") expect(p, name).toBe(0.005);
    expect(apart.verdict).toMatch(/^The two differ by .*kernel Stein discrepancy²/);
    expect(apart.summary()).toMatch(
      /unconstrained coordinates, whitened by the reference\n +distance +error +if the same +p\n/,
    );
    expect(distances(a, b, options)).toMatchObject({ rows: same.rows });
    const plain = distances({ x: a.draws.x }, { x: b.draws.x }, { draws: 200 });
    expect(plain.scale).toBe("constrained");
    expect(plain.agreement).toHaveLength(10);
    expect(() => distances({ x: a.draws.x }, b, { target })).toThrow(/target: needs scale: "unconstrained"/);
    const other = model("other").latent("x", normal(0, 1), [2]);
    expect(() => distances(a, b, { target: { model: other, data: {} } })).toThrow(/expected the model "correlated"/);
  });

  it("are refused where there is nothing to compare", () => {
    const a = autoregressive(600);
    expect(() => distances(a, { y: a.x })).toThrow(/no scalar that varies is in both; there are x/);
    expect(() => distances({ x: { ...a.x, values: a.x.values.map((v, i) => (i === 3 ? Number.NaN : v)) } }, a)).toThrow(
      /draws of x are not finite/,
    );
    expect(() => distances(a, a, { draws: 5_000 })).toThrow(/at most 2000 a side/);
    expect(() => distances(a, autoregressive(60))).toThrow(/independent draws of 120 are too few/);
    expect(() => distances(a, a, { scale: "unconstrained" })).toThrow(/needs two posteriors of one model/);
    expect(() => distances(3 as never, a)).toThrow(/expected chains, a fit or draws by name/);
  });
});
