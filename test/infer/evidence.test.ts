import {
  bayesFactor,
  eagerEngine,
  fit,
  flat,
  fullRank,
  gamma,
  logJoint,
  logMarginalLikelihood,
  model,
  normal,
  poisson,
  real,
  sample,
} from "fluvial";
import { describe, expect, it } from "vitest";
import eightSchools, { data as schoolData } from "../../models/eight-schools-noncentred.ts";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { bridge } from "../../src/diagnostics/bridge.ts";
import known from "../known/evidence.json" with { type: "json" };

const conjugate = model("conjugate normal")
  .latent("mu", normal(0, 2))
  .observe("y", ({ mu }) => normal(mu, 1), ["n"]);

const { shape, rate } = known.gammaPoisson;
const counts = model("gamma and Poisson")
  .latent("lambda", gamma(shape, rate))
  .observe("y", ({ lambda }) => poisson(lambda), ["n"]);

const regression = model("regression")
  .data("x", ["n", "k"])
  .latent("beta", ({ x }) => normal(0, 2, [x.shape[1] as number]))
  .observe("y", ({ beta, x }) => normal(x.matMul(beta.reshape([-1, 1])).reshape([-1]), 0.5), ["n"]);

const { x, y } = known.regression;
const withoutSlope = x.map((row) => row.slice(0, 2));
const short = { chains: 2, warmup: 400, draws: 1_000 };

describe("bridge sampling", () => {
  it("finds the ratio of two normals' constants, and its error", () => {
    // p̃ = 7 normal(0.5, 1.2) from the proposal normal(0, 1.5).
    const uniform = hostUniforms(hostKey(1));
    const logP = (z: number): number => Math.log(7 / 1.2) - 0.5 * ((z - 0.5) / 1.2) ** 2;
    const logQ = (z: number): number => -Math.log(1.5) - 0.5 * (z / 1.5) ** 2;
    const draws = (loc: number, scale: number): Float64Array =>
      Float64Array.from({ length: 400 }, () => loc + scale * normalQuantile(uniform())).map((z) => logP(z) - logQ(z));
    const scores = Array.from({ length: 200 }, () => {
      const { value, fromDraws, fromProposals, converged } = bridge([draws(0.5, 1.2)], draws(0, 1.5));
      expect(converged).toBe(true);
      return (value - Math.log(7)) / Math.sqrt(fromDraws + fromProposals);
    });
    const squares = scores.reduce((sum, z) => sum + z * z, 0) / 200;
    expect(Math.abs(scores.reduce((sum, z) => sum + z, 0)) / Math.sqrt(200)).toBeLessThan(4.5);
    expect(Math.abs(squares - 1) / Math.sqrt(2 / 200)).toBeLessThan(4.5);
  });
});

describe("log marginal likelihoods", () => {
  it("of a conjugate normal: 20 seeds about the closed form, as far as their errors say", async () => {
    const data = { y: known.conjugate.y };
    let squares = 0;
    for (let seed = 0; seed < 20; seed++) {
      const found = logMarginalLikelihood(
        conjugate,
        data,
        await sample(conjugate, data, { ...short, draws: 400, seed }),
        { seed },
      );
      squares += ((found.value - known.conjugate.value) / found.error) ** 2;
    }
    // Chi-square with 20 degrees of freedom, one in 10,000 to either side.
    expect(squares).toBeGreaterThan(4.4);
    expect(squares).toBeLessThan(52.4);
  });

  it.each([1, 2, 3])("of Poisson counts and of eight schools, seed %i", async (seed) => {
    const data = { y: known.gammaPoisson.y };
    for (const proposal of ["normal", "warp3"] as const) {
      const options = { seed, proposal };
      const few = logMarginalLikelihood(counts, data, await sample(counts, data, { ...short, seed }), options);
      expect(Math.abs(few.value - known.gammaPoisson.value) / few.error).toBeLessThan(4);
      expect(few.error).toBeLessThan(0.05);
      const chains = await sample(eightSchools, schoolData, { chains: 4, warmup: 500, draws: 1_000, seed });
      const schools = logMarginalLikelihood(eightSchools, schoolData, chains, options);
      expect(Math.abs(schools.value - known.eightSchools.value) / schools.error).toBeLessThan(4);
      expect(schools.error).toBeLessThan(0.05);
      expect(schools.verdict).toMatch(/^Good, if the chains are/);
    }
  });

  it("of regressions, and their Bayes factor", async () => {
    const whole = await sample(regression, { x, y }, { ...short, seed: 1 });
    const part = await sample(regression, { x: withoutSlope, y }, { ...short, seed: 1 });
    const a = logMarginalLikelihood(regression, { x, y }, whole, { seed: 1 });
    const b = logMarginalLikelihood(regression, { x: withoutSlope, y }, part, { seed: 2 });
    expect(Math.abs(a.value - known.regression.value) / a.error).toBeLessThan(4);
    expect(Math.abs(b.value - known.regression.withoutSlope) / b.error).toBeLessThan(4);
    const { logFactor, error, factor, probability } = bayesFactor(a, b);
    expect(logFactor).toBe(a.value - b.value);
    expect(error).toBe(Math.hypot(a.error, b.error));
    expect(factor).toBeCloseTo(Math.exp(logFactor), 12);
    expect(probability).toBeCloseTo(factor / (1 + factor), 12);
  });

  it("repeat with other proposals, which agree, and are the same on the eager engine", async () => {
    const data = { y: known.gammaPoisson.y };
    const chains = await sample(counts, data, { ...short, draws: 200, seed: 1 });
    const found = logMarginalLikelihood(counts, data, chains, { repeats: 8 });
    expect(found.estimates).toHaveLength(8);
    expect(found.value).toBeCloseTo(found.estimates.reduce((a, b) => a + b, 0) / 8, 12);
    expect(new Set(found.estimates).size).toBe(8);
    const eager = logMarginalLikelihood(counts, data, chains, { repeats: 8, engine: eagerEngine() });
    expect(eager.value).toBeCloseTo(found.value, 9);
    expect(eager.error).toBeCloseTo(found.error, 9);
  });

  it("of a fit, by its importance weights", async () => {
    const data = { y: known.conjugate.y };
    const good = logMarginalLikelihood(conjugate, data, await fit(conjugate, data, { guide: fullRank(), seed: 1 }));
    expect(good.method).toBe("importance sampling");
    expect(Math.abs(good.value - known.conjugate.value)).toBeLessThan(4 * good.error + 1e-6);
    expect(good.verdict).toMatch(/^Good: k-hat/);
    const schools = logMarginalLikelihood(
      eightSchools,
      schoolData,
      await fit(eightSchools, schoolData, { guide: fullRank(), seed: 1, steps: 2_000 }),
    );
    expect(schools.khat).toBeDefined();
    expect(Math.abs(schools.value - known.eightSchools.value)).toBeLessThan(4 * schools.error);
  });

  it("are refused where there is none, or the posterior is of something else", async () => {
    const data = { y: [1, 2] };
    const improper = model("improper")
      .latent("mu", flat())
      .observe("y", ({ mu }) => normal(mu, 1), ["n"]);
    const chains = await sample(improper, data, { chains: 1, warmup: 100, draws: 100, seed: 1 });
    expect(() => logMarginalLikelihood(improper, data, chains)).toThrow(
      /the prior of mu is improper, and the marginal likelihood is defined up to a constant only; give it a proper prior/,
    );
    // ∫ normal(1; mu, 1) normal(2; mu, 1) dmu = normal(1; 2, √2).
    const allowed = logMarginalLikelihood(improper, data, chains, { allowImproper: true });
    const closed = -0.5 * Math.log(4 * Math.PI) - 0.25;
    expect(Math.abs(allowed.value - closed) / allowed.error).toBeLessThan(4);
    expect(() => logMarginalLikelihood(improper, { y: [1, 3] }, chains, { allowImproper: true })).toThrow(/other data/);
    expect(() => logMarginalLikelihood(conjugate, data, chains)).toThrow(/expected a posterior of "conjugate normal"/);
    expect(() => logMarginalLikelihood(improper, data, chains, { proposal: "t" as never })).toThrow(
      /"normal" or "warp3"/,
    );
    expect(() => bayesFactor(allowed, 3 as never)).toThrow(/expected two results of logMarginalLikelihood/);
    const wide = model("wide").latent("z", normal(0, 1), [6]);
    const few = await sample(wide, {}, { chains: 1, warmup: 50, draws: 10, seed: 1 });
    expect(() => logMarginalLikelihood(wide, {}, few)).toThrow(
      /half of the draws \(5\) do not give a covariance matrix/,
    );
  });

  it("of a log joint keep the constants that it has", async () => {
    const raw = logJoint({ name: "raw", latent: { z: real([2]) } }, ({ z }) => z.square().sum().mul(-0.5));
    const chains = await sample(raw, {}, { ...short, seed: 2 });
    const found = logMarginalLikelihood(raw, {}, chains);
    expect(Math.abs(found.value - Math.log(2 * Math.PI))).toBeLessThan(4 * found.error + 1e-9);
  });
});
