/** Fits by guides that look at the posterior first, beside modes and covariances by scipy, in both engines. */
import { describe, expect, it } from "vitest";
import logistic, { data as shuttle } from "../../models/logistic-regression.ts";
import type { GuideSpec } from "../../src/core/density.ts";
import { exponential, gamma, mixture as mixtureOf, normal, poisson } from "../../src/distributions/index.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { fullRank, laplaceGuide, meanField, pathfinder, whitened } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { real } from "../../src/model/declared.ts";
import { logJoint } from "../../src/model/logJoint.ts";
import { model } from "../../src/model/model.ts";
import type { Fit } from "../../src/posterior/posterior.ts";
import known from "../known/normalApproximation.json" with { type: "json" };
import { mostZ } from "../ops/statistics.ts";

const engines: Readonly<Record<string, () => Engine>> = {
  compiled: () => compiledEngine("f64", { warn: (message) => expect.unreachable(message) }),
  eager: () => eagerEngine("f64"),
};

const factorOf = ({ parameters }: Fit): { readonly loc: number[]; readonly factor: number[] } => ({
  loc: [...parameters.loc.values],
  factor: [...parameters.factor.values],
});

const covarianceOf = (factor: readonly number[], size: number): number[] =>
  Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return Array.from({ length: size }, (_, k) => factor[i * size + k] * factor[j * size + k]).reduce((a, b) => a + b);
  });

const counts = model("counts")
  .latent("rate", gamma(2.5, 0.8))
  .observe("y", ({ rate }) => poisson(rate), ["N"]);

const asSpec = (guide: unknown): GuideSpec => guide as GuideSpec;

describe.each(Object.entries(engines))("laplace in the %s engine", (_, engine) => {
  const spec = asSpec(laplaceGuide({ restarts: 2 }));

  it("has the mode and the covariance of a logistic regression", async () => {
    const fitted = (await fit(logistic, shuttle, { guide: spec, seed: 1, engine: engine() })) as unknown as Fit;
    const { loc, factor } = factorOf(fitted);
    for (const [i, want] of known.logistic.mode.entries()) expect(loc[i]).toBeCloseTo(want, 7);
    for (const [k, want] of known.logistic.covariance.flat().entries())
      expect(covarianceOf(factor, 2)[k]).toBeCloseTo(want, 7);
    expect(fitted.steps).toBe(0);
    expect(fitted.gradients).toBeGreaterThan(10);
    expect(fitted.gradients).toBeLessThan(500);
    expect(fitted.summary()).toMatch(new RegExp(`${fitted.gradients} gradients`));
    expect(fitted.summary()).not.toMatch(/0 steps/);
  });

  it("works on the unconstrained scale, log-Jacobian and all", async () => {
    const fitted = await fit(counts, { y: [3, 0, 4, 2, 5, 1, 2] }, { guide: spec, seed: 1, engine: engine() });
    const { loc, factor } = factorOf(fitted as unknown as Fit);
    expect(loc[0]).toBeCloseTo(known.poisson.mode[0], 7);
    expect(factor[0] ** 2).toBeCloseTo(known.poisson.covariance[0][0], 7);
  });
});

/** Three normals, correlated, sds of 0.01 to 100, whose evidence is e²: y − x is known to 0.5. */
const scaled = logJoint({ name: "scaled", latent: { x: real(), y: real(), w: real() } }, ({ x, y, w }) =>
  normal(3, 100).logProb(x).add(normal(x, 0.5).logProb(y)).add(normal(-1, 0.01).logProb(w)).add(2),
);

describe("a normal posterior", () => {
  it("is had exactly by laplace, with its evidence", async () => {
    const fitted = await fit(scaled, {}, { guide: asSpec(laplaceGuide()), seed: 1 });
    expect(fitted.elbo).toBeCloseTo(2, 6);
    expect(fitted.elboSe).toBeLessThan(1e-6);
    expect(fitted.khat).toBe(0);
    const { loc, factor } = factorOf(fitted as unknown as Fit);
    const want = [1e4, 1e4, 0, 1e4, 1e4 + 0.25, 0, 0, 0, 1e-4];
    const sds = [100, Math.hypot(100, 0.5), 0.01];
    for (const [i, mean] of [3, 3, -1].entries()) expect(Math.abs(loc[i] - mean) / sds[i]).toBeLessThan(1e-6);
    for (const [k, found] of covarianceOf(factor, 3).entries())
      expect(Math.abs(found - want[k]) / (sds[Math.floor(k / 3)] * sds[k % 3])).toBeLessThan(1e-6);
  });

  it.each([
    ["mean-field", whitened(meanField() as never, { by: laplaceGuide() })],
    ["full-rank", whitened(fullRank() as never, { by: laplaceGuide() })],
  ])("is where a whitened guide starts: %s", async (_, guide) => {
    const fitted = await fit(scaled, {}, { guide: asSpec(guide), seed: 1, steps: 300 });
    expect(Math.abs(fitted.elbo - 2)).toBeLessThan(1e-3);
  });

  it("is where a whitened guide starts that was given a fit", async () => {
    const by = await fit(scaled, {}, { guide: asSpec(laplaceGuide()), seed: 1 });
    const fitted = await fit(
      scaled,
      {},
      { guide: asSpec(whitened(meanField() as never, { by })), seed: 2, steps: 300 },
    );
    expect(Math.abs(fitted.elbo - 2)).toBeLessThan(0.05);
  });
});

/** Modes at −4 and 4, of weights 0.3 and 0.7, evidence 1. */
const modes = model("modes").latent("x", mixtureOf([0.3, 0.7], [normal(-4, 1), normal(4, 1)]));

describe("two modes", () => {
  it("are both found by several paths, and weighted as they ought to be", async () => {
    const fitted = await fit(modes, {}, { guide: asSpec(pathfinder({ paths: 8 })), seed: 1 });
    const [row] = fitted.rows;
    expect(fitted.khat).toBeLessThan(0.5);
    expect(row.corrected).toBe(true);
    // Mean 0.3 · −4 + 0.7 · 4 = 1.6, variance 1 + 16 · 4 · 0.3 · 0.7.
    expect(Math.abs(row.mean - 1.6) / (row.mcse as number)).toBeLessThan(mostZ);
    expect(Math.abs(row.sd / Math.sqrt(1 + 64 * 0.21) - 1)).toBeLessThan(0.1);
    expect(fitted.elbo).toBeLessThan(mostZ * fitted.elboSe);
  });

  it("are told of by laplace, whose verdict has the note", async () => {
    const fitted = await fit(modes, {}, { guide: asSpec(laplaceGuide({ restarts: 8 })), seed: 1 });
    expect(fitted.parameters.loc.values[0]).toBeCloseTo(4, 4);
    expect(fitted.verdict).toMatch(/Note: \d of 8 searches ended at other modes/);
  });
});

/** Years as they stand: intercept and slope are correlated to 1 − 1e-6, and searches end early on the ridge. */
const years = model("years")
  .data("year", ["N"])
  .latent("intercept", normal(0, 1000))
  .latent("slope", normal(0, 1))
  .latent("noise", exponential(1))
  .observe("y", ({ year, intercept, slope, noise }) => normal(year.mul(slope).add(intercept), noise), ["N"]);
const yearly = {
  year: [2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010],
  y: [0.1, 0.4, 0.2, 0.7, 0.5, 1.1, 0.9, 1.2, 1.4, 1.3],
};

describe("a long ridge", () => {
  it("is no several modes to laplace, and no hindrance to whitened guides", async () => {
    const found = await fit(years, yearly, { guide: asSpec(laplaceGuide()), seed: 1 });
    expect(found.verdict).not.toMatch(/other modes/);
    const [plain, inside] = [
      await fit(years, yearly, { seed: 1, steps: 1_000 }),
      await fit(years, yearly, {
        seed: 1,
        steps: 1_000,
        guide: asSpec(whitened(meanField() as never, { by: laplaceGuide() })),
      }),
    ];
    expect(inside.elbo).toBeGreaterThan(found.elbo);
    expect(inside.elbo - plain.elbo).toBeGreaterThan(20);
  });
});

describe("what has no mode", () => {
  const flat = logJoint({ name: "flat", latent: { a: real(), b: real() } }, ({ a, b }) =>
    normal(0, 1).logProb(a.add(b)).add(a.mul(0)),
  );
  const rising = logJoint({ name: "rising", latent: { a: real() } }, ({ a }) => a.mul(2));

  it.each([
    ["laplace", laplaceGuide(), rising, /laplace: .*(improper|without a bound|no mode)/],
    ["pathfinder", pathfinder(), rising, /pathfinder: /],
  ])("is refused by %s", async (_, guide, improper, message) => {
    await expect(fit(improper, {}, { guide: asSpec(guide), seed: 1 })).rejects.toThrow(message);
  });

  it("along a ridge is told of by laplace", async () => {
    const told = await fit(flat, {}, { guide: asSpec(laplaceGuide()), seed: 1 }).then(
      ({ verdict }) => verdict,
      (error: Error) => error.message,
    );
    expect(told).toMatch(/flat|improper/);
  });
});
