import { model, normal, sample, tempered } from "fluvial";
import { describe, expect, it } from "vitest";

// x² ≈ 16 leaves two modes, at ±4, with 16 sds of nothing between them.
const squared = model("squared")
  .latent("x", normal(0.2, 3))
  .observe("y", ({ x }) => normal(x.square(), 2));
/** The chance that x is above 0, by quadrature. */
const chance = ((): number => {
  const density = (x: number): number => Math.exp(-0.5 * ((x - 0.2) / 3) ** 2 - 0.5 * ((16 - x * x) / 2) ** 2);
  let above = 0;
  let below = 0;
  for (let x = 5e-4; x < 12; x += 1e-3) {
    above += density(x);
    below += density(-x);
  }
  return above / (above + below);
})();

describe("sample with tempered()", () => {
  it("visits both modes in proportion, and tells of its ladder", async () => {
    const sampler = tempered({ rungs: 4, hottest: 30 });
    const result = await sample(squared, { y: 16 }, { sampler, seed: 2, warmup: 500, draws: 2_000 });
    expect(result.method).toBe("tempered:rungs=4:hottest=30");
    const row = result.rows[0];
    expect(row.rhat).toBeLessThan(1.05);
    // Of |x| ≈ 4 little varies: the mean is that of the sign, all but exactly.
    const sign = result.draws.x.values.reduce((sum, x) => sum + Math.sign(x), 0) / 8_000;
    expect(Math.abs((sign - (2 * chance - 1)) / ((row.mcse ?? 0) / 4))).toBeLessThan(4.5);
    for (const report of result.reports) {
      expect(report?.temperatures).toHaveLength(4);
      expect(report?.temperatures[0]).toBe(1);
      expect(report?.temperatures[3]).toBeCloseTo(30, 10);
      expect(Math.min(...(report?.swapRates ?? []))).toBeGreaterThan(0.3);
      expect(report?.roundTrips[0]).toBeGreaterThan(50);
    }
  });
  it("goes on from a state", async () => {
    const options = { sampler: tempered({ temperatures: [1, 4] }), seed: 1, chains: 2, warmup: 50 };
    const whole = await sample(squared, { y: 16 }, { ...options, draws: 40 });
    const first = await sample(squared, { y: 16 }, { ...options, draws: 15 });
    const both = await sample(squared, { y: 16 }, { resume: first, draws: 25 });
    expect([...both.draws.x.values]).toEqual([...whole.draws.x.values]);
  });
  it("refuses options that do not go together", () => {
    expect(() => tempered({ steps: 3 })).toThrow('tempered: steps belongs to moves: "hmc"');
    expect(() => tempered({ moves: "gibbs" } as object)).toThrow(
      'tempered: moves: expected "nuts" or "hmc", got gibbs',
    );
    expect(() => tempered({ rung: 3 } as object)).toThrow('tempered: unknown option "rung" (did you mean "rungs"?)');
    expect(() => tempered({ temperatures: [2, 3] })).toThrow("expected 1 and then higher ones, rising, got 2, 3");
  });
});
