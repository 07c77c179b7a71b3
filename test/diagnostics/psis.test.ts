import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { fitPareto, paretoQuantile } from "../../src/diagnostics/pareto.ts";
import { khatOf, khatThreshold, psis } from "../../src/diagnostics/psis.ts";

const uniforms = (seed: number, count: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return new Float64Array(count).map(() => next());
};
const total = (logWeights: Float64Array): number => logWeights.reduce((sum, value) => sum + Math.exp(value), 0);

describe("psis", () => {
  it("finds the shape of Pareto weights", () => {
    // w = u^-k has shape k. The estimate from M tail draws has sd about (1 + k)/√M, and the prior draws it towards ½ by 10/(M + 10).
    for (const k of [0.3, 0.7, 1.2]) {
      const draws = 100_000;
      const tail = 3 * Math.sqrt(draws);
      const { khat } = psis(uniforms(1, draws).map((u) => -k * Math.log(u)));
      const expected = (tail * k + 5) / (tail + 10);
      expect(Math.abs(khat - expected)).toBeLessThan((4.5 * (1 + k)) / Math.sqrt(tail));
    }
  });
  it("smooths towards the ends and adds up to 1", () => {
    const { logWeights, ess } = psis(uniforms(2, 1000).map((u) => -0.5 * Math.log(u)));
    expect(total(logWeights)).toBeCloseTo(1, 12);
    expect(ess).toBeGreaterThan(1);
    expect(ess).toBeLessThan(1000);
  });
  it("keeps the order of the weights", () => {
    const raw = uniforms(3, 500).map((u) => -Math.log(u));
    const { logWeights } = psis(raw);
    const order = [...raw.keys()].sort((a, b) => raw[a] - raw[b]);
    for (let i = 1; i < order.length; i++)
      expect(logWeights[order[i]]).toBeGreaterThanOrEqual(logWeights[order[i - 1]]);
  });
  it("calls weights that differ by rounding only perfect", () => {
    const equal = psis(new Float64Array(4000).fill(-31.3));
    expect(equal.khat).toBe(0);
    expect(equal.ess).toBeCloseTo(4000, 6);
    expect(psis(uniforms(4, 4000).map((u) => -31.3 + 1e-6 * u)).khat).toBe(0);
    expect(psis(uniforms(4, 4000).map((u) => 1e-13 * Math.round(2 * u))).khat).toBe(0);
    expect(psis(uniforms(4, 4000).map((u) => -0.01 * Math.log(u))).khat).not.toBe(0);
  });
  it("reports weights it cannot use", () => {
    const weights = uniforms(5, 400);
    weights[17] = Number.NaN;
    const { khat, logWeights } = psis(weights);
    expect(khat).toBe(Number.POSITIVE_INFINITY);
    expect(logWeights[17]).toBe(Number.NEGATIVE_INFINITY);
    expect(total(logWeights)).toBeCloseTo(1, 12);
    const none = psis(new Float64Array(100).fill(Number.NEGATIVE_INFINITY));
    expect(none.khat).toBe(Number.POSITIVE_INFINITY);
    expect(() => psis(new Float64Array(0))).toThrow("psis: expected log weights, got none");
    expect(() => psis(weights, { reff: 1 } as object)).toThrow('psis: unknown option "reff"');
  });
  it("gives k-hat per quantity", () => {
    // Equal weights: the tail of |h| alone. A uniform h is bounded (shape −1); 1/u has shape 1.
    const weights = new Float64Array(10_000);
    const u = uniforms(6, 10_000);
    expect(khatOf(weights, u)).toBeLessThan(-0.4);
    expect(
      Math.abs(
        khatOf(
          weights,
          u.map((value) => -1 / value),
        ) - 1,
      ),
    ).toBeLessThan(4.5 * (2 / Math.sqrt(300)));
    expect(khatOf(weights, new Float64Array(10_000).fill(3))).toBe(0);
  });
  it("sees what a mean-field guide does to a Gaussian of ρ = 0.9", () => {
    // q has the conditional variances 1 − ρ². Measured for S = 4000: k-hat 0.83 ± 0.12 over seeds.
    const rho = 0.9;
    const s2 = 1 - rho * rho;
    const khats = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const z = uniforms(seed, 8000).map((u) => Math.sqrt(s2) * normalQuantile(u));
      return psis(
        new Float64Array(4000).map((_, i) => {
          const [a, b] = [z[2 * i], z[2 * i + 1]];
          return -0.5 * ((a * a - 2 * rho * a * b + b * b) / s2) + 0.5 * ((a * a + b * b) / s2);
        }),
      ).khat;
    });
    const mean = khats.reduce((a, b) => a + b) / khats.length;
    expect(Math.abs(mean - 0.83)).toBeLessThan(4.5 * (0.12 / Math.sqrt(khats.length)));
  });
  it("sees a mode of 30 % that no draw came near, by weights that differ by hundredths", () => {
    // q = N(0, 1), p = 0.7 N(0, 1) + 0.3 N(8, 1): p/q = 0.7 + 0.3 exp(8 x − 32). ESS alone would call such a guide perfect.
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const ratios = uniforms(seed, 4000).map((u) => 0.7 + 0.3 * Math.exp(8 * normalQuantile(u) - 32));
      const sum = ratios.reduce((a, b) => a + b);
      const squares = ratios.reduce((a, b) => a + b * b, 0);
      expect(sum ** 2 / squares).toBeGreaterThan(0.99999 * 4000);
      expect(psis(ratios.map(Math.log)).khat).toBeGreaterThan(2);
    }
  });
  it("has a threshold that grows with the draws", () => {
    expect(khatThreshold(100)).toBeCloseTo(0.5, 15);
    expect(khatThreshold(1000)).toBeCloseTo(2 / 3, 15);
    expect(khatThreshold(4000)).toBe(0.7);
  });
});

it("paretoQuantile is the inverse of 1 − (1 + k x/σ)^(−1/k), and exponential at k = 0", () => {
  for (const shape of [-0.4, 0.3, 2]) {
    const x = paretoQuantile(0.8, { shape, scale: 1.7 });
    expect(1 - (1 + (shape * x) / 1.7) ** (-1 / shape)).toBeCloseTo(0.8, 14);
  }
  expect(paretoQuantile(0.8, { shape: 0, scale: 2 })).toBeCloseTo(-2 * Math.log(0.2), 14);
});

it("fitPareto recovers shape and scale", () => {
  const n = 20_000;
  const sorted = uniforms(9, n)
    .map((u) => paretoQuantile(u, { shape: 0.4, scale: 3 }))
    .sort();
  const { shape, scale } = fitPareto(sorted);
  // Asymptotic sds of the maximum likelihood estimate: (1 + k)/√n and σ √(2 (1 + k)/n).
  expect(Math.abs(shape - 0.4)).toBeLessThan(4.5 * (1.4 / Math.sqrt(n)) + 1e-4);
  expect(Math.abs(scale - 3)).toBeLessThan(4.5 * 3 * Math.sqrt(2.8 / n));
});
