import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { essBulk, essMean } from "../../src/diagnostics/ess.ts";
import { rankNormalised } from "../../src/diagnostics/ranks.ts";
import { rhat } from "../../src/diagnostics/rhat.ts";
import { splitChains } from "../../src/diagnostics/series.ts";
import { summariseDraws } from "../../src/diagnostics/summary.ts";
import type { Draws } from "../../src/posterior/draws.ts";

const normals = (seed: number, count: number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return new Float64Array(count).map(() => normalQuantile(next()));
};
const draws = (shape: readonly number[], values: Float64Array): Draws => ({
  shape,
  values,
  coords: shape.slice(2).map(() => undefined),
});

describe("summariseDraws", () => {
  const theta = draws([4, 250, 2], normals(1, 2000));
  const constant = draws([4, 250], new Float64Array(1000).fill(7));

  it("gives chains their R-hat and ESS", () => {
    const rows = summariseDraws({ theta, constant }, true);
    expect(rows.map(({ name }) => name)).toEqual(["theta[1]", "theta[2]", "constant"]);
    for (const { mean, sd, mcse, rhat, essBulk, essTail, q5, q50, q95 } of rows.slice(0, 2)) {
      expect(Math.abs(mean / mcse!)).toBeLessThan(4.5);
      expect(Math.abs(sd - 1)).toBeLessThan(4.5 / Math.sqrt(2000));
      expect(rhat).toBeLessThan(1.02);
      expect(Math.min(essBulk!, essTail!)).toBeGreaterThan(500);
      expect(q5 < q50 && q50 < q95).toBe(true);
    }
  });
  it("leaves out what a constant has not", () => {
    const [, , row] = summariseDraws({ theta, constant }, true);
    expect(row).toEqual({ name: "constant", mean: 7, sd: 0, q5: 7, q50: 7, q95: 7 });
  });
  it("gives constants an sd of exactly 0, without the rounding of sums", () => {
    const tenths = new Float64Array(1000).fill(0.1);
    const expected = { name: "c", mean: 0.1, sd: 0, q5: 0.1, q50: 0.1, q95: 0.1 };
    expect(summariseDraws({ c: draws([4, 250], tenths) }, true)).toEqual([expected]);
    expect(summariseDraws({ c: draws([1, 1000], tenths) }, false)).toEqual([expected]);
  });
  it("leaves R-hat and ESS out for independent draws", () => {
    const [row] = summariseDraws({ theta: draws([1, 1000], normals(2, 1000)) }, false);
    expect(Object.keys(row)).toEqual("name mean sd q5 q50 q95 mcse mcseSd mcseQ5 mcseQ50 mcseQ95".split(" "));
    expect(row.mcse).toBeCloseTo(row.sd / Math.sqrt(1000), 15);
  });
});

describe("series", () => {
  it("splits chains, leaving out an odd middle", () => {
    expect(splitChains([Float64Array.of(1, 2, 3, 4, 5)]).map((half) => [...half])).toEqual([
      [1, 2],
      [4, 5],
    ]);
  });
  it("ranks ties by their mean", () => {
    const ranks = [4, 1, 4, 2, 4];
    const { values } = rankNormalised({ values: Float64Array.of(3, 1, 3, 2, 3), chains: 1 });
    expect([...values]).toEqual(ranks.map((rank) => normalQuantile((rank - 0.375) / 5.25)));
  });
  it("says NaN where it cannot tell", () => {
    expect(rhat([Float64Array.of(1, 2, 3)])).toBeNaN();
    expect(rhat([new Float64Array(10)])).toBeNaN();
    expect(essMean([Float64Array.of(1, 2, 3)])).toBeNaN();
    expect(essBulk([Float64Array.of(1, Number.NaN, 3, 4, 5)])).toBeNaN();
  });
  it("works for a single chain, which splits in two", () => {
    const chain = normals(3, 400);
    expect(rhat([chain])).toBeLessThan(1.05);
    expect(rhat([chain.map((x, i) => (i < 200 ? x : x + 3))])).toBeGreaterThan(1.5);
  });
  it("gives AR(1) chains the ESS of theory, S (1 − φ)/(1 + φ)", () => {
    for (const phi of [0.7, -0.3]) {
      const ess = [1, 2, 3, 4].map((seed) => {
        const chains = [0, 1, 2, 3].map((chain) => {
          const x = normals(100 * seed + chain, 4000);
          for (let i = 1; i < x.length; i++) x[i] = phi * x[i - 1] + Math.sqrt(1 - phi * phi) * x[i];
          return x;
        });
        return essMean(chains);
      });
      const expected = (16_000 * (1 - phi)) / (1 + phi);
      const mean = ess.reduce((a, b) => a + b) / ess.length;
      const sd = Math.sqrt(ess.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (ess.length - 1));
      expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.max(sd, 0.05 * expected) * Math.sqrt(1 / ess.length));
    }
  });
});
