import {
  bernoulli,
  beta,
  exponential,
  fit,
  looPit,
  missing,
  model,
  normal,
  poisson,
  predictiveCheck,
  priorPredictive,
  sample,
} from "fluvial";
import { khatPlot, pitPlot, predictivePlot, renderSvg, statisticPlot } from "fluvial/plot";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { looOf } from "../../src/diagnostics/loo.ts";
import { mean, variance } from "../../src/diagnostics/series.ts";

const limit = 4.5;
const y = [1.2, -0.3, 0.8, 2.1, 0.4, -1.0, 1.9, 0.6];
const line = model("mean")
  .latent("mu", normal(0, 2))
  .observe("y", ({ mu }) => normal(mu, 1), ["N"]);
const options = { seed: 1, chains: 2, warmup: 300, draws: 1_000 };
const [sum, precision] = [y.reduce((a, b) => a + b), y.length + 0.25];

/** Φ by the trapezoid rule, to 1e-9. */
const normalCdf = (x: number): number => {
  const n = 4_000;
  const density = (t: number): number => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);
  let total = (density(-9) + density(x)) / 2;
  for (let i = 1; i < n; i++) total += density(-9 + ((x + 9) * i) / n);
  return (total * (x + 9)) / n;
};

describe("posterior predictive checks of a conjugate normal model", () => {
  it("have the closed-form p-value and moments of the mean", async () => {
    const chains = await sample(line, { y }, options);
    const check = predictiveCheck(line, { y }, chains, { draws: 2_000, seed: 3 });
    const row = check.rows[0];
    // Mean of 8 replicated values: normal, centre Σ y / (8 + ¼), variance 1 / (8 + ¼) + 1/8.
    const [centre, sd] = [sum / precision, Math.sqrt(1 / precision + 1 / 8)];
    expect(row.name).toBe("mean(y)");
    expect(row.observed).toBeCloseTo(sum / 8, 12);
    const p = 1 - normalCdf((sum / 8 - centre) / sd);
    expect(Math.abs(row.p - p) / row.pMcse).toBeLessThan(limit);
    expect(row.pMcse).toBeLessThan(0.03);
    expect(Math.abs(row.mean - centre) / (sd / Math.sqrt(700))).toBeLessThan(limit);
    expect(Math.abs(Math.log(row.sd / sd))).toBeLessThan(limit / Math.sqrt(2 * 700));
    expect(check.rows.map(({ statistic }) => statistic)).toEqual(["mean", "sd", "min", "max", "q5", "q50", "q95"]);
    expect(check.verdict).toBe("The model reproduces what was looked at.");
    expect(check.summary()).toMatch(/observed.*\nmean\(y\)/);
  });

  it("count the draws of a fit by their weights", async () => {
    // The guide stops half way: its own draws have a mean that is too low.
    const rough = await fit(line, { y }, { seed: 2, steps: 25, rate: 0.02, draws: 10_000 });
    const weighted = predictiveCheck(line, { y }, rough, { draws: 10_000 });
    const centre = sum / precision;
    const sd = Math.sqrt(1 / precision + 1 / 8);
    const z = (m: number): number => Math.abs(m - centre) / (sd / Math.sqrt(rough.correction.ess));
    expect(z(weighted.rows[0].mean)).toBeLessThan(limit);
    expect(weighted.warnings).toEqual([]);
    expect(z(mean(rough.draws.mu.values))).toBeGreaterThan(limit);
  });

  it("name what the model does not reproduce", async () => {
    const counts = [0, 0, 0, 9, 0, 1, 12, 0, 0, 0, 8, 0];
    const rate = model("counts")
      .latent("rate", exponential(0.1))
      .observe("y", ({ rate }) => poisson(rate), ["N"]);
    const chains = await sample(rate, { y: counts }, options);
    const zeros = (values: Float64Array): number => values.filter((value) => value === 0).length;
    const check = predictiveCheck(rate, { y: counts }, chains, { statistics: { zeros } });
    const row = (name: string) => check.rows.find(({ statistic }) => statistic === name);
    expect(row("zeros")?.observed).toBe(8);
    expect(row("zeros")?.p).toBeLessThan(0.01);
    expect(row("sd")?.p).toBeLessThan(0.01);
    expect(row("sd")?.pMcse).toBeGreaterThan(0);
    // Both zero as a rule: ties count half.
    expect(row("min")?.p).toBeGreaterThan(0.2);
    expect(check.verdict).toMatch(/does not reproduce sd\(y\), .*far out/);
    const svg = await renderSvg(predictivePlot(check));
    expect(svg).toMatch(/share/);
    expect(() => predictiveCheck(rate, { y: counts }, chains, { statistics: { odd: (() => "x") as never } })).toThrow(
      /the statistic "odd" must return a number, got string/,
    );
  });

  it("leave out missing values, and refuse other data", async () => {
    const gaps = { y: missing([1.2, null, 0.8, 2.1]) };
    const chains = await sample(line, gaps, { seed: 1, chains: 2, warmup: 200, draws: 100 });
    const { sites } = predictiveCheck(line, gaps, chains);
    expect(sites.y.names).toEqual(["y[1]", "y[3]", "y[4]"]);
    expect([...sites.y.observed]).toEqual([1.2, 0.8, 2.1]);
    expect(sites.y.replicated.shape).toEqual([1, 200, 3]);
    expect(looPit(line, gaps, chains).names).toEqual(["y[1]", "y[3]", "y[4]"]);
    expect(() => predictiveCheck(line, { y }, chains)).toThrow(/predictiveCheck: the posterior of "mean" has 2 free/);
    expect(() => predictiveCheck(line, gaps, chains, { site: "x" })).toThrow(/no observed "x".*; observed are y/);
    expect(() => predictiveCheck(line, gaps, chains, { draws: 1 })).toThrow(/draws: expected a whole number from 2/);
  });
});

describe("prior predictive checks", () => {
  it("have the prior's own p-values, uniform over data from the prior", () => {
    const data = priorPredictive(line, { N: 8 } as never, { draws: 40, seed: 5 }).y;
    const p = Array.from({ length: 40 }, (_, i) => {
      const drawn = data.values.slice(8 * i, 8 * i + 8);
      return predictiveCheck(line, { y: drawn }, "prior", { draws: 400, seed: i }).rows[1].p;
    });
    const values = Float64Array.from(p);
    expect(Math.abs(mean(values) - 0.5) / Math.sqrt(1 / 12 / 40)).toBeLessThan(limit);
    expect(Math.abs(variance(values) * 12 - 1) / Math.sqrt(0.8 / 40)).toBeLessThan(limit);
  });

  it("say where the prior does not reach", () => {
    const far = predictiveCheck(line, { y: y.map((value) => value + 20) }, "prior");
    expect(far.of).toBe("prior");
    expect(far.verdict).toMatch(/hardly allows data like these: mean\(y\)/);
  });

  it("leave no tensor behind", () => {
    const before = tf.memory().numTensors;
    predictiveCheck(line, { y }, "prior", { draws: 50 });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("leave-one-out PIT", () => {
  it("is the closed form of a conjugate normal model", async () => {
    const chains = await sample(line, { y }, { ...options, draws: 4_000 });
    const { pit, warnings } = looPit(line, { y }, chains);
    for (const [i, value] of y.entries()) {
      const others = precision - 1;
      const exact = normalCdf((value - (sum - value) / others) / Math.sqrt(1 + 1 / others));
      // 8,000 draws, of which a few thousand are worth an independent one.
      expect(Math.abs(pit[i] - exact) / Math.sqrt((exact * (1 - exact)) / 2_000)).toBeLessThan(limit);
    }
    expect(warnings).toEqual([]);
  });

  const uniform = hostUniforms(hostKey(4));
  const many = Float64Array.from({ length: 300 }, () => 1 + normalQuantile(uniform()));

  it("is uniform for the right model, and not for one that is too wide", async () => {
    const wide = model("wide")
      .latent("mu", normal(0, 2))
      .observe("y", ({ mu }) => normal(mu, 1.6), ["N"]);
    const few = { seed: 1, chains: 2, warmup: 200, draws: 250 };
    const right = looPit(line, { y: many }, await sample(line, { y: many }, few));
    const wrong = looPit(wide, { y: many }, await sample(wide, { y: many }, few));
    expect(right.p).toBeGreaterThan(1e-4);
    expect(wrong.p).toBeLessThan(1e-6);
    const svg = await renderSvg(pitPlot(wrong, { title: "PIT" }));
    expect(svg).toMatch(/PIT/);
  });

  it("is uniform for discrete data too", async () => {
    const coins = model("coins")
      .latent("p", beta(1, 1))
      .observe("y", ({ p }) => bernoulli(p), ["N"]);
    const flips = Float64Array.from({ length: 400 }, () => (uniform() < 0.3 ? 1 : 0));
    const few = { seed: 1, chains: 2, warmup: 200, draws: 250 };
    expect(looPit(coins, { y: flips }, await sample(coins, { y: flips }, few)).p).toBeGreaterThan(1e-4);
  });
});

it("plots are drawn", async () => {
  const check = predictiveCheck(line, { y }, "prior", { draws: 100 });
  const density = predictivePlot(check, { curves: 10 });
  expect(density.marks).toHaveLength(11);
  expect(density.marks[10].series).toBe("observed");
  const bars = statisticPlot(check, "sd", { bins: 20 });
  expect((bars.marks[0].y as number[]).reduce((a, b) => a + b)).toBe(100);
  expect(bars.marks[1].x).toEqual([Number(check.rows[1].observed.toPrecision(6))]);
  expect(() => statisticPlot(check, "sdd")).toThrow(/did you mean "sd"/);
  expect(() => predictivePlot(check, { site: "z" })).toThrow(/no site "z".*; there are y/);
  const values = Float64Array.from({ length: 200 * 3 }, (_, i) => -1 - ((i * 7) % 11) / 11);
  const spec = khatPlot(looOf({ shape: [1, 200, 3], values, coords: [undefined] }));
  for (const plot of [density, bars, spec]) expect(await renderSvg(plot)).toMatch(/^<svg/);
});
