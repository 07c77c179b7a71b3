import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { quantile } from "../../src/diagnostics/quantile.ts";
import { weightedQuantile, weightedRow } from "../../src/diagnostics/weighted.ts";
import { multivariateNormal } from "../../src/distributions/multivariateNormal.ts";
import { normal } from "../../src/distributions/normal.ts";
import { fit } from "../../src/infer/fit.ts";
import { resampled, resampledPlaces } from "../../src/infer/resample.ts";
import { model } from "../../src/model/model.ts";

const limit = 4.5;
const normals = (seed: number, count: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return new Float64Array(count).map(() => normalQuantile(next()));
};
const normalised = (weights: Float64Array): Float64Array => {
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / total);
};

describe("a scalar under weights", () => {
  const x = normals(1, 501);
  const equal = new Float64Array(501).fill(1 / 501);

  it("has the plain figures where all weights are equal", () => {
    const row = weightedRow("x", x, equal);
    const mean = x.reduce((a, b) => a + b) / 501;
    expect(row.mean).toBeCloseTo(mean, 13);
    expect(row.sd).toBeCloseTo(Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 500), 13);
    for (const [p, value] of [
      [0.05, row.q5],
      [0.5, row.q50],
      [0.95, row.q95],
    ] as const)
      expect(value).toBeCloseTo(quantile(x, p), 12);
    expect(row.mcse).toBeCloseTo((row.sd * Math.sqrt(500 / 501)) / Math.sqrt(501), 13);
  });

  it("has for quantile the inverse distribution function averaged over one effective draw", () => {
    const weights = normalised(x.map((v) => Math.exp(0.8 * v)));
    const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
    const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
    const inverse = (u: number): number => {
      let sum = 0;
      for (const i of order) {
        sum += weights[i];
        if (sum >= u) return x[i];
      }
      return x[order[500]];
    };
    for (const p of [0.05, 0.3, 0.95]) {
      const steps = 20_000;
      const from = p * (1 - 1 / effective);
      let sum = 0;
      for (let i = 0; i < steps; i++) sum += inverse(from + (i + 0.5) / steps / effective);
      // A midpoint sum over a step function: at most a step's height times its share of the grid at each of some tens of steps.
      expect(Math.abs(weightedQuantile(x, weights, p) - sum / steps)).toBeLessThan(1e-4);
    }
  });

  it("has errors that hold over replicates", () => {
    // Guide N(0, 1), weights for N(0.5, 1): the posterior has mean 0.5, sd 1, quantiles 0.5 + z.
    const replicates = 200;
    const truth = { mean: 0.5, sd: 1, q5: 0.5 - 1.6448536269514722, q50: 0.5, q95: 0.5 + 1.6448536269514722 };
    const rows = Array.from({ length: replicates }, (_, r) => {
      const z = normals(1000 + r, 2000);
      return weightedRow("z", z, normalised(z.map((v) => Math.exp(0.5 * v))));
    });
    for (const [name, error] of [
      ["mean", "mcse"],
      ["sd", "mcseSd"],
      ["q5", "mcseQ5"],
      ["q50", "mcseQ50"],
      ["q95", "mcseQ95"],
    ] as const) {
      const rms = (values: readonly number[]): number =>
        Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / replicates);
      const found = rms(rows.map((row) => row[name] - truth[name]));
      const said = rms(rows.map((row) => row[error] as number));
      // The rms of R deviates has an error of 1/√(2 R) of itself.
      expect(Math.abs(found / said - 1), name).toBeLessThan(limit / Math.sqrt(2 * replicates));
    }
  });
});

/** N(0, [1, ρ; ρ, 1]). */
const correlated = (rho: number) =>
  model("correlated").latent("x", () =>
    multivariateNormal([0, 0], { covariance: tf.tensor2d([1, rho, rho, 1], [2, 2]) }),
  );

describe("a mean-field fit of a correlated Gaussian", () => {
  it("is corrected by its weights at ρ = 0.5", async () => {
    const fitted = await fit(correlated(0.5), {}, { seed: 2, draws: 20_000, steps: 3_000 });
    expect(fitted.correction).toMatchObject({ applied: true, uncorrected: [] });
    const own = Math.sqrt(1 - 0.25);
    for (const row of fitted.rows) {
      expect(row.corrected).toBe(true);
      expect(Math.abs(row.mean) / (row.mcse as number)).toBeLessThan(limit);
      expect(Math.abs(row.sd - 1) / (row.mcseSd as number)).toBeLessThan(limit);
      expect(Math.abs(row.q95 - 1.6448536) / (row.mcseQ95 as number)).toBeLessThan(limit);
      // The guide's own sd is √(1 − ρ²): the test would see rows that were not corrected.
      expect((1 - own) / (row.mcseSd as number)).toBeGreaterThan(2 * limit);
    }
    const draws = resampled(fitted, 5_000, 3).x;
    expect(draws.shape).toEqual([1, 5_000, 2]);
    const product = draws.values.reduce((sum, v, i) => (i % 2 ? sum + v * draws.values[i - 1] : sum), 0) / 5_000;
    // Two sources of noise: the resampling, and the weights' effective sample size.
    const error = Math.sqrt((1 + 0.25) * (1 / 5_000 + 1 / fitted.correction.ess));
    expect(Math.abs(product - 0.5)).toBeLessThan(limit * error);
    expect(fitted.verdict).toMatch(
      /against the corrected rows, its own draws are off: its sds are too short: .*resampled\(fit\)/,
    );
    expect(fitted.summary()).toMatch(/rows corrected by importance weights \(\d+ effective draws of 20000\)/);
  });

  it("is refused at ρ = 0.95, with the reason, and keeps its own rows", async () => {
    const fitted = await fit(correlated(0.95), {}, { seed: 1, steps: 3_000 });
    expect(fitted.correction.applied).toBe(false);
    expect(fitted.correction.reason).toMatch(/^k-hat \d\.\d\d is above 0\.70/);
    expect(fitted.rows.every((row) => row.corrected === undefined)).toBe(true);
    expect(Math.abs(fitted.rows[0].sd - Math.sqrt(1 - 0.95 ** 2))).toBeLessThan(0.05);
    expect(() => resampled(fitted)).toThrow(/the weights of this fit of "correlated" cannot be used: k-hat/);
    expect(fitted.summary()).toContain("rows of the guide itself: k-hat");
  });

  it("is left alone when asked, and told so", async () => {
    const plain = await fit(correlated(0.5), {}, { seed: 1, steps: 500, draws: 400, correct: false });
    expect(plain.correction).toMatchObject({ applied: false, reason: "not asked for" });
    expect(plain.rows.every((row) => !("corrected" in row))).toBe(true);
    await expect(fit(correlated(0.5), {}, { correct: 1 as never })).rejects.toThrow(
      /correct must be true or false, got 1/,
    );
  });
});

describe("an exact guide", () => {
  it("has k-hat 0, and rows that differ from its own by rounding alone", async () => {
    const one = model("one").latent("m", normal(3, 2));
    const [corrected, plain] = await Promise.all(
      [true, false].map((correct) => fit(one, {}, { steps: 8_000, draws: 500, seed: 2, correct })),
    );
    expect(corrected.khat).toBe(0);
    // Weights that differ by 1e-13 of themselves.
    for (const figure of ["mean", "sd", "q5", "q50", "q95", "mcse"] as const)
      expect(corrected.rows[0][figure]).toBeCloseTo(plain.rows[0][figure] as number, figure === "mcse" ? 3 : 10);
  });
});

describe("a scalar that the weights cannot correct", () => {
  it("keeps the guide's own figures, and is named", async () => {
    // e^0.45x² has no second moment, under any weights.
    const wild = model("wild")
      .latent("x", normal(0, 1))
      .latent("y", ({ x }) => normal(x.mul(0.6), 1))
      .derive("h", ({ x }) => x.square().mul(0.45).exp());
    const fitted = await fit(wild, {}, { seed: 3, steps: 3_000 });
    expect(fitted.correction.applied).toBe(true);
    expect(fitted.correction.uncorrected).toEqual(["h"]);
    const [x, , h] = fitted.rows;
    expect([x.corrected, h.corrected]).toEqual([true, false]);
    expect(h.khat).toBeGreaterThan(0.7);
    expect(fitted.verdict).toMatch(/cannot check h/);
  });
});

describe("resampling", () => {
  it("takes each draw as often as its weight asks for, to within one", () => {
    const weights = normalised(normals(5, 50).map(Math.exp));
    const places = resampledPlaces(weights.map(Math.log), 400, hostKey(1));
    const counts = new Array(50).fill(0);
    for (const place of places) counts[place]++;
    // Stratified: a weight that spans s strata is taken between ⌊s⌋ − 1 and ⌈s⌉ + 1 times.
    for (const [i, count] of counts.entries()) expect(Math.abs(count - 400 * weights[i])).toBeLessThan(2);
    expect(places.some((place, i) => i > 0 && place < places[i - 1])).toBe(true);
  });
});
