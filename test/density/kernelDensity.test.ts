import { describe, expect, it } from "vitest";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { meanAndError } from "../../src/density/score.ts";
import { momentsOf } from "../../src/diagnostics/gaussian.ts";
import known from "../known/kernelDensity.json" with { type: "json" };
import { bent, rowsFrom, type Stream } from "./samples.ts";

describe("kernelDensity", () => {
  it.each(known.cases.map((each) => [each.samples[0].length, each.bandwidth, each] as const))(
    "agrees with scipy, size %i, bandwidth %s",
    (_, bandwidth, { samples, points, logProb, factor }) => {
      const kde = kernelDensity(samples, { bandwidth: bandwidth as "scott" | number });
      expect(Math.abs(kde.bandwidth / factor - 1)).toBeLessThan(1e-14);
      const errors = kde.logProb(points).map((got, i) => Math.abs(got - logProb[i]) / (1 + Math.abs(logProb[i])));
      expect(Math.max(...errors)).toBeLessThan(1e-11);
    },
  );

  it("integrates to 1", () => {
    const kde = kernelDensity([1, 2, 2.5, 7], { bandwidth: 0.4 });
    const step = 0.01;
    const grid = Array.from({ length: 4000 }, (_, i) => -15 + i * step);
    const total = kde.logProb(grid).reduce((sum, each) => sum + Math.exp(each) * step, 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-12);
  });

  it("draws from itself", () => {
    const rows = rowsFrom(2, 300, bent);
    const kde = kernelDensity(rows);
    const count = 20_000;
    const drawn = kde.sample(count, { seed: 4 });
    const own = momentsOf(Float64Array.from(rows.flat()), 2);
    const got = momentsOf(drawn.values, 2);
    // Its covariance: that of the samples with n, and the kernels' own.
    const grown = (rows.length - 1) / rows.length + kde.bandwidth ** 2;
    for (const i of [0, 1]) {
      const sd = Math.sqrt(own.covariance[3 * i] * grown);
      expect(Math.abs(got.mean[i] - own.mean[i]) / sd).toBeLessThan(4.5 / Math.sqrt(count));
      expect(Math.abs(got.covariance[3 * i] / sd ** 2 - 1)).toBeLessThan(4.5 * Math.sqrt(6 / count));
    }
    expect([...kde.sample(5, { seed: 4 }).values]).toEqual([...drawn.values.slice(0, 10)]);
    expect(kde.sample(5, { seed: 5 }).values[0]).not.toBe(drawn.values[0]);
  });

  it("chooses a bandwidth by rows left out, which is better where the samples are no Gaussian", () => {
    const ring = ({ uniform, normal }: Stream): number[] => {
      const [angle, radius] = [2 * Math.PI * uniform(), 1 + 0.1 * normal()];
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    };
    const [rows, fresh] = [rowsFrom(3, 800, ring), rowsFrom(4, 2000, ring)];
    const [chosen, scott] = ["validation", "scott"].map((bandwidth) =>
      kernelDensity(rows, { bandwidth: bandwidth as "scott" }),
    );
    expect(chosen.bandwidth).toBeLessThan(0.7 * scott.bandwidth);
    const plain = scott.logProb(fresh);
    const { mean, se } = meanAndError(chosen.logProb(fresh).map((each, i) => each - plain[i]));
    expect(mean).toBeGreaterThan(4.5 * se);
    // No other width is much better for fresh rows.
    for (const factor of [0.7, 1.4]) {
      const other = kernelDensity(rows, { bandwidth: factor * chosen.bandwidth });
      expect(other.score(fresh).mean).toBeLessThan(chosen.score(fresh).mean + 0.02);
    }
  });

  it("says what is wrong", () => {
    expect(() => kernelDensity([[1, 2]])).toThrow("expected more rows than the 2 numbers of one, got 1");
    expect(() =>
      kernelDensity([
        [1, 2],
        [2, 4],
        [3, 6],
        [4, 8],
      ]),
    ).toThrow("combination of others");
    expect(() => kernelDensity([1, 1, 1])).toThrow("column 1 is 1 in every row");
    expect(() => kernelDensity([1, 2, 3], { bandwidth: "scot" as never })).toThrow('did you mean "scott"');
    expect(() => kernelDensity([1, 2, 3], { bandwidth: 0 })).toThrow("bandwidth: expected a number above 0, got 0");
    expect(() => kernelDensity([1, 2, 3]).logProb([[1, 2]])).toThrow("expected rows of 1 number, got 2");
  });
});
