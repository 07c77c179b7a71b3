import { hostKey } from "fluvial";
import { describe, expect, it } from "vitest";
import { hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { levelled, meanAndError } from "../../src/infer/level.ts";
import { stagesOf } from "../../src/infer/stages.ts";

const noise = (seed: number, length: number, trend: (i: number) => number): Float64Array => {
  const next = hostUniforms(hostKey(seed));
  return Float64Array.from({ length }, (_, i) => trend(i) + normalQuantile(next()));
};

describe("levelled", () => {
  it("waits for enough steps", () => {
    expect(levelled(new Float64Array(449))).toBe(false);
    expect(levelled(new Float64Array(450))).toBe(true);
  });

  it("sees a rise that stands out of the noise", () => {
    for (let seed = 0; seed < 20; seed++) expect(levelled(noise(seed, 900, (i) => i / 300))).toBe(false);
  });

  it("mostly calls pure noise level: a one-sided test at one standard error", () => {
    const calls = Array.from({ length: 200 }, (_, seed) => levelled(noise(seed, 600, () => 0)));
    // P(z < 1) = 0.841; 200 tries have a standard error of 0.026.
    expect(Math.abs(calls.filter(Boolean).length / 200 - 0.841)).toBeLessThan(4.5 * 0.026);
  });

  it("does not wait for a rise below a thousandth of a nat", () => {
    expect(levelled(Float64Array.from({ length: 600 }, (_, i) => i * 1e-6))).toBe(true);
  });
});

describe("stages", () => {
  const run = (bounds: readonly Float64Array[]) => {
    const stages = stagesOf();
    return bounds.map((bound) => stages.take(bound));
  };
  const flat = (seed: number, at = 0): Float64Array => noise(seed, 600, () => at).map((x) => at + (x - at) * 1e-4);

  it("lower the rate each time the bound has levelled off, keeping the best, and end at the last", () => {
    const orders = run([1, 2, 3, 4, 5].map((seed) => flat(seed, seed)));
    expect(orders.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ keep: true, slowDown: 0.3 })));
    expect(orders[4]).toEqual({ keep: true, end: "levelled" });
  });

  it("go back where the bound falls, and give up where it does so again and again", () => {
    const orders = run([flat(1, 0), ...[2, 3, 4, 5].map((seed) => flat(seed, -1))]);
    expect(orders.slice(1, 4)).toEqual(Array.from({ length: 3 }, () => ({ goBack: true, slowDown: 0.3 })));
    expect(orders[4]).toEqual({ goBack: true, end: "fell" });
  });

  it("go back where the steps end lower than the best", () => {
    const stages = stagesOf();
    stages.take(flat(1, 0));
    stages.take(noise(2, 100, () => -5).map((x) => -5 + (x + 5) * 1e-3));
    expect(stages.cutShort()).toEqual({ goBack: true });
  });
});

it("gives mean and standard error", () => {
  const { mean, error } = meanAndError(Float64Array.of(1, 2, 3, 4));
  expect(mean).toBe(2.5);
  expect(error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 15);
});
