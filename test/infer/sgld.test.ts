import { eagerEngine, fit, model, normal, sgld } from "fluvial";
import { describe, expect, it } from "vitest";
import { mcseMean } from "../../src/diagnostics/mcse.ts";

const rows = 400;
const y = Array.from({ length: rows }, (_, i) => 0.3 + Math.sin(i * i));
const noisy = model("mean")
  .latent("mu", normal(0, 1))
  .observe("y", ({ mu }) => normal(mu, 1), ["N"]);
const precision = 1 + rows;
const mean = y.reduce((a, b) => a + b) / precision;

/** z-scores of mean and variance of the draws, by Monte Carlo errors. */
const zScores = (values: Float64Array, chains: number, variance: number): readonly number[] => {
  const each = values.length / chains;
  const split = (f: (x: number) => number): Float64Array[] =>
    Array.from({ length: chains }, (_, c) => values.slice(c * each, (c + 1) * each).map(f));
  return [[split((x) => x), mean] as const, [split((x) => (x - mean) ** 2), variance] as const].map(
    ([series, truth]) => {
      const all = series.flatMap((one) => [...one]);
      return (all.reduce((a, b) => a + b) / all.length - truth) / mcseMean(series);
    },
  );
};

describe("sgld", () => {
  // z′ − m = (1 − ε/2σ²)(z − m) + √ε · noise: an autoregression whose variance is σ² / (1 − ε / 4σ²).
  it("has the variance of the discretised dynamics, which is not the posterior's", async () => {
    const stepSize = 1 / precision;
    const { draws } = await sgld(noisy, { y }, { stepSize, seed: 1, warmup: 200, draws: 4_000, thin: 4 });
    const [ofMean, ofVariance] = zScores(draws.mu.values, 4, 1 / precision / (1 - 0.25));
    expect(Math.abs(ofMean)).toBeLessThan(4.5);
    expect(Math.abs(ofVariance)).toBeLessThan(4.5);
    expect(zScores(draws.mu.values, 4, 1 / precision)[1]).toBeGreaterThan(4.5);
  });
  // The noise of n of N rows with replacement: Var(ĝ) = N² s² / n, s² the variance of a row's gradient y_i − μ.
  it("has the variance that the noise of minibatches adds", async () => {
    const stepSize = 0.2 / precision;
    const size = 40;
    const center = y.reduce((a, b) => a + b) / rows;
    const s2 = y.reduce((sum, v) => sum + (v - center) ** 2, 0) / rows;
    const noise = (rows ** 2 * s2) / size;
    const keeps = 1 - (stepSize * precision) / 2;
    const variance = (stepSize + (stepSize ** 2 / 4) * noise) / (1 - keeps ** 2);
    const { draws } = await sgld(
      noisy,
      { y },
      { stepSize, seed: 2, warmup: 500, draws: 4_000, thin: 10, minibatch: { axis: "N", size } },
    );
    // μ moves the rows' gradients alike: s² does not depend on it but for the prior's share.
    for (const z of zScores(draws.mu.values, 4, variance)) expect(Math.abs(z)).toBeLessThan(4.5);
    expect(zScores(draws.mu.values, 4, 1 / precision)[1]).toBeGreaterThan(4.5);
  });
  it("takes starts and scales from a fit", async () => {
    const scales = model("scales").latent("a", normal(1, 100)).latent("b", normal(2, 0.01));
    const fitted = await fit(scales, {}, { seed: 3 });
    const { rows: found, verdict } = await sgld(
      scales,
      {},
      { from: fitted, seed: 3, warmup: 200, draws: 2_000, thin: 20 },
    );
    // sd = σ / √(1 − ε/4) = 1.013 σ at ε = 0.1, and 80,000 steps that forget in some 20.
    for (const [i, [m, sd]] of [
      [1, 100],
      [2, 0.01],
    ].entries()) {
      expect(Math.abs(found[i].mean - m) / (found[i].mcse ?? 0)).toBeLessThan(4.5);
      expect(Math.abs(found[i].sd - 1.0127 * sd) / (found[i].mcseSd ?? 0)).toBeLessThan(4.5);
    }
    expect(verdict).toMatch(/^Use with care: chains agree .* no accept step/);
  });
  it("makes the same draws op by op, and the same draws again", async () => {
    const short = {
      stepSize: 1e-3,
      seed: 4,
      chains: 2,
      warmup: 20,
      draws: 5,
      thin: 3,
      minibatch: { axis: "N", size: 10 },
    };
    const compiled = await sgld(noisy, { y }, short);
    const eager = await sgld(noisy, { y }, { ...short, engine: eagerEngine() });
    for (const [i, value] of compiled.draws.mu.values.entries())
      expect(eager.draws.mu.values[i]).toBeCloseTo(value, 10);
    expect((await sgld(noisy, { y }, short)).draws).toEqual(compiled.draws);
  });
  it("refuses what it cannot run", async () => {
    await expect(sgld(noisy, { y }, {})).rejects.toThrow("sgld: stepSize must be given, in squared units");
    await expect(sgld(noisy, { y }, { stepSize: -1 })).rejects.toThrow(
      "sgld: stepSize: expected a number above 0, got -1",
    );
    await expect(sgld(noisy, { y }, { steps: 5 } as object)).rejects.toThrow('sgld: unknown option "steps"');
    await expect(sgld(noisy, { y }, { stepSize: 10, chains: 1, warmup: 500, thin: 500 })).rejects.toThrow(
      /chain 1 left the finite numbers by step \d+; use a smaller stepSize/,
    );
  });
});
