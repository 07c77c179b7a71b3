import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { compareLoo } from "../../src/diagnostics/compareLoo.ts";
import { type Loo, leavingOut, looOf } from "../../src/diagnostics/loo.ts";
import { pitOf } from "../../src/diagnostics/pit.ts";
import { stackingWeights } from "../../src/diagnostics/stacking.ts";
import { waicOf } from "../../src/diagnostics/waic.ts";
import { type Draws, pooledDraws } from "../../src/posterior/draws.ts";
import { makeDraws } from "./parkMiller.ts";
import { allNear, known, near } from "./prediction.ts";

const made = Object.fromEntries(
  Object.entries(known.models).map(([name, { spec }]) => [name, makeDraws(spec, known.y, known.chains, known.draws)]),
);
const looLike = (name: string): Loo =>
  looOf(made[name].logLikelihood, { relativeEfficiency: known.models[name].relativeEfficiency });

for (const [name, expected] of Object.entries(known.models))
  describe(`as in ArviZ: ${name}`, () => {
    it("loo", () => {
      const got = looLike(name);
      near(got.elpd, expected.loo.elpd);
      near(got.se, expected.loo.se);
      near(got.effectiveParameters, expected.loo.p);
      near(got.informationCriterion, -2 * expected.loo.elpd);
      near(got.threshold, expected.loo.threshold);
      allNear(got.pointwise.elpd, expected.loo.pointwise);
      allNear(got.pointwise.khat, expected.loo.khat);
      allNear(got.pointwise.mcse, expected.loo.mcse);
    });
    it("looPit", () => {
      const { logLikelihood, predicted } = made[name];
      const got = known.y.map((value, i) => {
        const { logWeights } = leavingOut(pooledDraws(logLikelihood, i), expected.relativeEfficiency);
        return pitOf(value, pooledDraws(predicted, i), 0.5, logWeights);
      });
      allNear(got, expected.looPit);
    });
    it("waic", () => {
      const got = waicOf(made[name].logLikelihood);
      near(got.elpd, expected.waic.elpd);
      near(got.se, expected.waic.se);
      near(got.effectiveParameters, expected.waic.p);
      allNear(got.pointwise.elpd, expected.waic.pointwise);
      expect(got.warnings.length > 0).toBe(expected.waic.warning);
    });
  });

describe("comparisons", () => {
  const loos = Object.fromEntries(Object.keys(known.models).map((name) => [name, looLike(name)]));

  it("have ArviZ's differences, their errors and weights", () => {
    const { rows } = compareLoo(loos, { replications: 20_000 });
    expect(rows.map(({ name }) => name)).toEqual(known.compared.map(({ name }) => name));
    for (const [i, row] of rows.entries()) {
      const expected = known.compared[i];
      near(row.difference, expected.difference);
      near(row.differenceSe, expected.differenceSe);
      near(row.stacking, expected.stacking, 1e-8);
      // ArviZ's optimiser stops at a relative gain of 1e-6: the weights are known to about its root.
      expect(Math.abs(row.stacking - expected.arvizStacking)).toBeLessThan(2e-3);
      // Two means of 20,000 weights in [0, 1]: an sd of at most ½ each.
      expect(Math.abs(row.pseudoBma - expected.pseudoBma)).toBeLessThan(4.5 * 0.5 * Math.sqrt(2 / 20_000));
    }
  });

  it("meet the conditions of a maximum, equal models and useless ones included", () => {
    const uniform = hostUniforms(hostKey(3));
    const noise = (): Float64Array => new Float64Array(300).map(() => normalQuantile(uniform()));
    const [a, b] = [noise(), noise()];
    const sets = [[a, b, noise()], [a, a, b], [a, a.map((x) => x - 50), b], [a], [a, a.map((x) => x - 1e-9)]];
    for (const elpds of sets) {
      const weights = stackingWeights(elpds);
      near(
        weights.reduce((sum, w) => sum + w, 0),
        1,
      );
      const mixture = a.map((_, i) => elpds.reduce((sum, elpd, k) => sum + weights[k] * Math.exp(elpd[i]), 0));
      for (const [k, elpd] of elpds.entries()) {
        const slope = elpd.reduce((sum, x, i) => sum + Math.exp(x) / mixture[i], 0) / a.length - 1;
        if (weights[k] > 0) expect(Math.abs(slope)).toBeLessThan(1e-8);
        else expect(slope).toBeLessThan(1e-8);
      }
    }
  });

  it("say what cannot be compared", () => {
    const { steady, wide } = loos;
    const shorter = looOf(makeDraws(known.models.steady.spec, known.y.slice(1), 4, 150).logLikelihood);
    expect(() => compareLoo({ steady })).toThrow(/expected two results of loo or more/);
    expect(() => compareLoo({ steady, shorter })).toThrow(/"steady" has 12 observations, "shorter" has 11/);
    expect(() => compareLoo({ steady, w: waicOf(made.wide.logLikelihood) })).toThrow(/"steady" is loo, "w" is waic/);
    expect(() => compareLoo({ steady: { ...steady, observed: "a" }, wide: { ...wide, observed: "b" } })).toThrow(
      /unlike values/,
    );
    expect(() => compareLoo({ steady, wide: {} as Loo })).toThrow(/"wide" is no result/);
    expect(compareLoo({ steady, wide }).warnings.join()).toMatch(/With 12 observations, fewer than 100/);
  });
});

describe("loo", () => {
  const { logLikelihood } = made.steady;

  it("takes each observation's own efficiency unless told", () => {
    const { relativeEfficiency } = looOf(logLikelihood).pointwise;
    expect(new Set(relativeEfficiency).size).toBe(12);
    for (const each of relativeEfficiency) expect(each).toBeGreaterThan(0.1);
  });

  it("adds up sites, and tells of each alone", () => {
    const half = (from: number): Draws => ({
      shape: [4, 150, 6],
      values: Float64Array.from({ length: 600 * 6 }, (_, j) => {
        const [draw, i] = [Math.floor(j / 6), j % 6];
        return logLikelihood.values[draw * 12 + from + i];
      }),
      coords: [undefined],
    });
    const both = looOf({ x: half(0), y: half(6) }, { relativeEfficiency: 1 });
    const whole = looOf(logLikelihood, { relativeEfficiency: 1 });
    near(both.elpd, whole.elpd);
    near(both.se, whole.se);
    near((both.sites?.x.elpd ?? 0) + (both.sites?.y.elpd ?? 0), whole.elpd);
    expect(both.pointwise.names[7]).toBe("y[2]");
    expect(whole.sites).toBeUndefined();
  });

  it("names the observations that it cannot tell", () => {
    const sharp = makeDraws([5, 0.6, 1.2, -1, 0.5, 0.3], known.y, 4, 150).logLikelihood;
    const got = looOf(sharp);
    expect(got.warnings).toHaveLength(1);
    expect(got.warnings[0]).toMatch(/observations have k-hat above 0.64 \(y\[/);
    expect(got.mcse).toBeNaN();
    expect(got.summary()).toMatch(/elpd_loo.*\n.*p_loo/);
  });

  it("has the standard error of its own repetition", () => {
    // Sixty runs of 400 independent draws: the spread of an elpd is what its mcse says, to within the error of an sd of 60 values.
    const runs = Array.from({ length: 60 }, (_, seed) =>
      looOf(makeDraws([100 + seed, 0.6, 0.25, 0.4, 0.15, 0], known.y.slice(0, 10), 4, 100).logLikelihood, {
        relativeEfficiency: 1,
      }),
    );
    const single = runs.map(({ pointwise }) => pointwise.elpd[3]);
    const singleMean = single.reduce((a, b) => a + b) / 60;
    const singleSd = Math.sqrt(single.reduce((sum, x) => sum + (x - singleMean) ** 2, 0) / 59);
    const stated = runs.reduce((sum, { pointwise }) => sum + pointwise.mcse[3], 0) / 60;
    expect(Math.abs(Math.log(singleSd / stated))).toBeLessThan(4.5 / Math.sqrt(2 * 59));
  });

  it("refuses what it cannot use", () => {
    const few = makeDraws(known.models.steady.spec, known.y, 4, 20).logLikelihood;
    expect(() => looOf(few)).toThrow(/loo: 80 draws are too few: it needs 100 or more/);
    expect(() => looOf({})).toThrow(/expected log likelihoods by site, got none/);
    const values = logLikelihood.values.slice();
    values[14] = Number.NaN;
    expect(() => looOf({ ...logLikelihood, values })).toThrow(/log likelihood of y\[3\] is NaN at draw 2/);
    expect(() => looOf(logLikelihood, { logRatios: new Float64Array(3) })).toThrow(/a log ratio for each of 600 draws/);
    expect(() => looOf(logLikelihood, { reff: 1 } as object)).toThrow(/unknown option "reff"/);
    expect(() => waicOf(few)).toThrow(/80 draws are too few/);
  });
});
