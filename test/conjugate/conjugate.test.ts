import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  conjugateMixture,
  conjugateNormal,
  conjugateRegression,
  coordinateAscent,
  type GammaFactor,
} from "../../src/conjugate/index.ts";

const known = JSON.parse(readFileSync(new URL("../known/conjugate.json", import.meta.url), "utf8"));

const expectNear = (got: number, want: number, tolerance: number): void =>
  expect(Math.abs(got - want) / Math.max(1, Math.abs(want))).toBeLessThan(tolerance);
const rises = (bounds: Float64Array): boolean =>
  bounds.every((bound, i) => i === 0 || bound >= bounds[i - 1] - 1e-9 * Math.abs(bound));
/** Numerical maxima of a bound are known to the root of its rounding. */
const byOptimiser = 2e-5;
const expectGamma = (got: GammaFactor, want: GammaFactor): void => {
  expectNear(got.concentration, want.concentration, byOptimiser);
  expectNear(got.rate, want.rate, byOptimiser);
};

describe("normal data of unknown mean and precision", () => {
  const { x, prior, loc, scale, concentration, rate, bound, evidence, exact } = known.normal;
  const found = conjugateNormal(x, prior);

  it("ends where numerical maximisation of the bound does, below the evidence", () => {
    expect(found.converged).toBe(true);
    expect(rises(found.bounds)).toBe(true);
    expectNear(found.factors.mu.loc, loc, byOptimiser);
    expectNear(found.factors.mu.scale, scale, byOptimiser);
    expectGamma(found.factors.tau, { concentration, rate });
    expectNear(found.bound, bound, 1e-9);
    expect(found.bound).toBeLessThan(evidence);
    expect(evidence - found.bound).toBeLessThan(0.1);
  });

  it("has the mean of the exact posterior", () => expectNear(found.factors.mu.loc, exact.mean, 1e-12));

  it("has the exact posterior of the precision as the mean is nailed to its prior", () => {
    // With a mean worth 10¹⁰ observations, mu is known and tau has the gamma of a known mean, half a count for mu itself aside.
    const sure = { ...prior, count: 1e10 };
    const { tau } = conjugateNormal(x, sure).factors;
    const squares = x.reduce((sum: number, value: number) => sum + (value - prior.mean) ** 2, 0);
    expectNear(tau.rate - 0.5 / (tau.concentration / tau.rate), prior.rate + squares / 2, 1e-6);
  });
});

describe.each([
  ["of known precision", known.regression],
  ["of unknown precision", known.regressionDrawn],
])("linear regression with weights %s", (_, { x, y, noise, weights, loc, covariance, tau, alpha, bound, evidence }) => {
  const found = conjugateRegression(x, y, { noise, weights });

  it("ends where numerical maximisation of the bound does, below the evidence", () => {
    expect(found.converged && rises(found.bounds)).toBe(true);
    for (const [j, value] of loc.entries()) expectNear(found.factors.w.loc[j], value, byOptimiser);
    for (const [k, value] of covariance.entries()) expectNear(found.factors.w.covariance[k], value, byOptimiser);
    expectGamma(found.factors.tau, tau);
    if (alpha) expectGamma(found.factors.alpha[0], alpha);
    expectNear(found.bound, bound, 1e-9);
    expect(found.bound).toBeLessThan(evidence);
    expect(evidence - found.bound).toBeLessThan(0.3);
  });
});

describe("a mixture of normals", () => {
  it("ends where scikit-learn does", () => {
    const { x, prior, share, loc, count, concentration, rate } = known.mixture;
    const { factors, converged, bounds } = conjugateMixture(
      x.map((value: number) => [value]),
      2,
      prior,
    );
    expect(converged && rises(bounds)).toBe(true);
    const components = [...factors.components].sort((a, b) => a.loc[0] - b.loc[0]);
    components.forEach((component, k) => {
      expectNear(component.share, share[k], byOptimiser);
      expectNear(component.loc[0], loc[k], byOptimiser);
      expectNear(component.count, count[k], byOptimiser);
      expectGamma(component.tau[0], { concentration: concentration[k], rate: rate[k] });
    });
  });

  it("has a bound below the evidence, by the labels and little else where components are apart", () => {
    const { x, prior, evidence } = known.smallMixture;
    const { bound } = conjugateMixture(x, 2, prior);
    expect(bound).toBeLessThan(evidence);
    // One of two labellings is log 2; what is left is what the factors' independence costs.
    expect(evidence - Math.log(2) - bound).toBeGreaterThan(-1e-9);
    expect(evidence - Math.log(2) - bound).toBeLessThan(0.1);
  });
});

describe("coordinate ascent", () => {
  it("names the update that lets the bound fall", () => {
    const updates = { up: (x: number) => x + 1, down: (x: number) => x - 3 };
    expect(() => coordinateAscent({ init: 0, updates, bound: (x) => x })).toThrow(
      "the bound fell from 1 to -2 by the update of down",
    );
  });

  it("names the update after which the bound is no number", () =>
    expect(() => coordinateAscent({ init: 0, updates: { odd: () => Number.NaN }, bound: (x) => x })).toThrow(
      "the bound is NaN after the update of odd",
    ));

  it("says where its sweeps were not enough", () => {
    const halve = (x: number): number => x / 2;
    const { converged, bounds } = coordinateAscent({ init: 1, updates: { halve }, bound: (x) => -x }, { sweeps: 3 });
    expect(converged).toBe(false);
    expect([...bounds]).toEqual([-0.5, -0.25, -0.125]);
  });

  it("refuses bad priors and data", () => {
    const prior = { mean: 0, count: 1, concentration: 1, rate: 1 };
    expect(() => conjugateNormal([1, Number.NaN], prior)).toThrow("conjugateNormal: x: expected finite numbers");
    expect(() => conjugateNormal([1], { ...prior, rate: 0 })).toThrow("rate: expected a number above 0, got 0");
    expect(() => conjugateRegression([[1], [1, 2]], [1, 2], { noise: prior, weights: 1 })).toThrow("x, row 2");
    expect(() => conjugateMixture([[1]], 2, { ...prior, share: 1 })).toThrow("2 components need as many rows, got 1");
  });

  it("says what is amiss where something was left out, or is of another kind", () => {
    const prior = { mean: 0, count: 1, concentration: 1, rate: 1 };
    const noise = { concentration: 1, rate: 1 };
    const regress = (given: object) => () => conjugateRegression([[1]], [1], given as never);
    expect(() => conjugateNormal([1, Number.NaN], prior)).toThrow("got NaN at [2]");
    expect(() => conjugateNormal([1], { ...prior, mean: Number.NaN })).toThrow(
      "mean: expected a finite number, got NaN",
    );
    expect(regress({ weights: 1 })).toThrow("noise: expected { concentration, rate }, got undefined");
    expect(regress({ noise })).toThrow("weights: expected a number above 0 or { concentration, rate }, got undefined");
    expect(regress({ noise, weights: noise, each: "no" })).toThrow('each: expected true or false, got "no"');
    const ascend = (given: unknown) => () => coordinateAscent(given as never);
    expect(ascend(undefined)).toThrow("expected { init, updates, bound }, got undefined");
    expect(ascend({ init: 1, updates: { up: 3 }, bound: () => 1 })).toThrow("updates: up: expected a function");
    expect(ascend({ init: 1, updates: { up: () => 1 }, bound: () => "a" })).toThrow('the bound is "a" after');
  });
});
