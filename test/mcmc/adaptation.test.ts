import { describe, expect, it } from "vitest";
import { foldHostKey, hostKey } from "../../src/core/key.ts";
import { chains } from "../../src/mcmc/chains.ts";
import { dualAveraging } from "../../src/mcmc/dualAveraging.ts";
import { pointAt } from "../../src/mcmc/kernel.ts";
import { type MetricData, metricOf, unitMetric } from "../../src/mcmc/metric.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { runningCovariance, runningVariance } from "../../src/mcmc/spread.ts";
import { stepSizeSearch } from "../../src/mcmc/stepSize.ts";
import { warmupWindows } from "../../src/mcmc/windows.ts";
import { gradientOf, scaledNormals } from "./densities.ts";

const variancesOf = (metric: MetricData): Float64Array => {
  if (metric.kind !== "diagonal") throw new Error("expected a diagonal metric");
  return metric.variances;
};

describe("dual averaging", () => {
  it("solves a deterministic acceptance curve for its target", () => {
    for (const target of [0.6, 0.8, 0.95]) {
      const averaging = dualAveraging({ target });
      let state = averaging.start(1);
      for (let i = 0; i < 5000; i++) state = averaging.update(state, Math.exp(-averaging.exploring(state)));
      expect(averaging.settled(state)).toBeCloseTo(-Math.log(target), 2);
    }
  });
  it("takes its first steps as Hoffman & Gelman write them", () => {
    // x₂ = μ − √1/γ · (0.8 − 0.5)/(1 + 10), μ = log 10; x̄₁ = x₁ as 1^−κ = 1.
    const averaging = dualAveraging();
    const state = averaging.update(averaging.start(1), 0.5);
    expect(Math.log(averaging.exploring(state))).toBeCloseTo(Math.log(10) - 20 * (0.3 / 11), 14);
    expect(averaging.settled(state)).toBeCloseTo(averaging.exploring(state), 14);
  });
  it("refuses bad options", () => {
    expect(() => dualAveraging({ target: 1 })).toThrow("target: expected a number between 0 and 1, got 1");
    expect(() => dualAveraging({ traget: 0.8 } as object)).toThrow('did you mean "target"?');
  });
});

describe("warm-up", () => {
  it("has Stan's windows", () => {
    expect(warmupWindows(1000)).toEqual({ from: 75, ends: [100, 150, 250, 450, 950] });
    expect(warmupWindows(150)).toEqual({ from: 75, ends: [100] });
    expect(warmupWindows(175)).toEqual({ from: 75, ends: [125] });
    expect(warmupWindows(100)).toEqual({ from: 15, ends: [90] });
    expect(warmupWindows(19)).toEqual({ from: 19, ends: [] });
    for (let warmup = 150; warmup < 3000; warmup += 7) {
      const { from, ends } = warmupWindows(warmup);
      expect(ends.at(-1)).toBe(warmup - 50);
      const sizes = ends.map((end, i) => end - (ends[i - 1] ?? from));
      for (const [i, size] of sizes.slice(0, -1).entries()) expect(size).toBe(25 * 2 ** i);
      expect(sizes.at(-1)).toBeGreaterThanOrEqual(25 * 2 ** (sizes.length - 1));
    }
  });
  it("takes variances as Welford, shrunk", () => {
    const variance = runningVariance(2);
    for (const [x, y] of [
      [1, 10],
      [2, 10],
      [6, 10],
    ])
      variance.add(Float64Array.of(x, y));
    const [x, y] = variancesOf(variance.regularised());
    expect(x).toBeCloseTo((3 * 7) / 8 + (1e-3 * 5) / 8, 14);
    expect(y).toBeCloseTo((1e-3 * 5) / 8, 14);
  });
  it("takes covariances as numpy.cov, shrunk", () => {
    // numpy.cov([[1, 2, 6, 3], [10, 12, 9, 13]]) = [[14/3, −5/3], [−5/3, 10/3]].
    const spread = runningCovariance(2);
    for (const position of [
      [1, 10],
      [2, 12],
      [6, 9],
      [3, 13],
    ])
      spread.add(position);
    const made = spread.regularised();
    if (made.kind !== "dense") throw new Error("expected a dense metric");
    // Of the variances (4 + 5 · 10⁻³) / 9 are kept, of the rest 4 / 9.
    const expected = [(14 / 3) * 4.005, (-5 / 3) * 4, (-5 / 3) * 4, (10 / 3) * 4.005].map((sum) => sum / 9);
    for (const [i, value] of made.covariance.entries()) expect(value).toBeCloseTo(expected[i], 14);
  });
  it("meets the target acceptance while it explores", () => {
    // After t updates the mean error is (μ − x)γ/√t by construction: some 0.003 here, and t₀/t of the target.
    const gradient = scaledNormals(new Array<number>(10).fill(1));
    const kernelOf = nuts(gradient);
    for (const target of [0.6, 0.8, 0.95]) {
      const averaging = dualAveraging({ target });
      let adaptation = averaging.start(0.5);
      let point = pointAt(gradient, new Float64Array(10));
      let sum = 0;
      const updates = 2000;
      for (let i = 0; i < updates; i++) {
        const kernel = kernelOf({ stepSize: averaging.exploring(adaptation), metric: unitMetric(10) });
        const [next, { acceptance }] = kernel.step(foldHostKey(hostKey(3), i), point);
        point = next;
        adaptation = averaging.update(adaptation, acceptance);
        sum += acceptance;
      }
      expect(Math.abs(sum / updates - target)).toBeLessThan(0.01);
    }
  });
  it("settles on the step size of the target, within a factor of two", async () => {
    // The average of log ε errs on the short side: acceptance falls faster above the target than it rises below.
    const gradient = scaledNormals(new Array<number>(100).fill(1));
    const acceptanceAt = (stepSize: number, metric: MetricData): number => {
      const kernel = nuts(gradient)({ stepSize, metric: metricOf(metric) });
      let point = kernel.init(Float64Array.from({ length: 100 }, (_, i) => i + 1));
      let sum = 0;
      for (let i = 0; i < 300; i++) {
        const [next, { acceptance }] = kernel.step(foldHostKey(hostKey(9), i), point);
        point = next;
        sum += i < 100 ? 0 : acceptance / 200;
      }
      return sum;
    };
    for (const targetAcceptance of [0.7, 0.9]) {
      const { stats, metric } = await chains(gradient, hostKey(7), { targetAcceptance, chains: 2, draws: 1 });
      for (const [chain, stepSize] of stats.stepSize.entries()) {
        expect(acceptanceAt(stepSize / 2, metric[chain])).toBeGreaterThan(targetAcceptance);
        expect(acceptanceAt(2 * stepSize, metric[chain])).toBeLessThan(targetAcceptance);
      }
    }
  });
  it("finds the scales", async () => {
    // The last window has 500 draws: a log variance with a standard error of at most √(2/250) for half as many effective ones.
    const sds = [0.01, 1, 100];
    const { metric } = await chains(scaledNormals(sds), hostKey(7), { draws: 1 });
    for (const variances of metric.map(variancesOf))
      for (const [i, sd] of sds.entries()) {
        const shrunk = (500 * sd ** 2 + 5e-3) / 505;
        expect(Math.abs(Math.log(variances[i] / shrunk))).toBeLessThan(4.5 * Math.sqrt(2 / 250));
      }
  });
});

describe("the step size search", () => {
  it("finds the order of magnitude from either side", () => {
    const gradient = scaledNormals([0.001, 0.001]);
    const search = stepSizeSearch(gradient);
    const point = pointAt(gradient, Float64Array.of(1.0005, 2.0005));
    for (const guess of [1e-8, 1]) {
      const found = search(point, unitMetric(2), guess, hostKey(1));
      expect(found).toBeGreaterThan(1e-4);
      expect(found).toBeLessThan(1e-2);
    }
  });
  it("says when the density is flat", () => {
    const flat = gradientOf(1, (_, out) => {
      out[0] = 0;
      return 0;
    });
    expect(() => stepSizeSearch(flat)(pointAt(flat, Float64Array.of(0)), unitMetric(1), 1, hostKey(1))).toThrow(
      "is the posterior proper?",
    );
  });
  it("says when no step is short enough", () => {
    // A wall on all sides of 0, where the walk starts.
    const wall = gradientOf(1, ([x], out) => {
      out[0] = 0;
      return x === 0 ? 0 : Number.NEGATIVE_INFINITY;
    });
    expect(() => stepSizeSearch(wall)(pointAt(wall, Float64Array.of(0)), unitMetric(1), 1, hostKey(1))).toThrow(
      "none is short enough",
    );
  });
});
