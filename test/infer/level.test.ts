import { hostKey } from "fluvial";
import { describe, expect, it } from "vitest";
import { hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { levelled, meanAndError } from "../../src/infer/fitting/level.ts";
import { stagesOf } from "../../src/infer/fitting/stages.ts";

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
  /** A bound around a level whose noise is of no account. */
  const flat = (seed: number, at: number, length = 450): Float64Array =>
    noise(seed, length, () => 0).map((x) => at + 1e-4 * x);
  const kept = { keep: true, slowDown: 0.3 };

  it("lower the rate each time the bound has levelled off, keep the best, and end at the last", () => {
    const stages = stagesOf({ steps: 20_000, rate: 1 });
    const orders = [1, 2, 3, 4, 5].map((seed) => stages.take(flat(seed, seed)));
    expect(orders).toEqual([kept, kept, kept, kept, { keep: true, end: true }]);
    expect(stages.converged()).toBe(true);
  });

  it("are the longer the smaller the steps", () => {
    const stages = stagesOf({ steps: 20_000, rate: 0.025 });
    expect(stages.take(flat(1, 0, 2950)).slowDown).toBeUndefined();
    expect(stages.take(flat(2, 0, 50)).slowDown).toBe(0.3);
    expect(stages.take(flat(3, 0, 950)).slowDown).toBeUndefined();
    expect(stages.take(flat(4, 0, 50)).slowDown).toBe(0.3);
  });

  it("go back where the bound falls, and give up where it does so again and again", () => {
    const stages = stagesOf({ steps: 20_000, rate: 1 });
    const orders = [0, -1, -1, -1, -1].map((at, seed) => stages.take(flat(seed, at)));
    const back = { goBack: true, slowDown: 0.3 };
    expect(orders).toEqual([kept, back, back, back, { ...back, end: true }]);
    expect(stages.converged()).toBe(false);
    expect(stages.fell()).toBe(true);
  });

  it("follow what may fall though the guide gets better, and keep the latest state", () => {
    const stages = stagesOf({ steps: 20_000, rate: 1, mayFall: true });
    const orders = [0, -1, -2, -3, -4].map((at, seed) => stages.take(flat(seed, at)));
    expect(orders).toEqual([kept, kept, kept, kept, { keep: true, end: true }]);
    expect(stages.fell()).toBe(false);
  });

  it("keep a good state before anything has levelled off, and go back to it", () => {
    const stages = stagesOf({ steps: 20_000, rate: 0.01 });
    expect(stages.take(flat(1, 0, 500))).toEqual({ keep: true });
    expect(stages.take(flat(2, -5, 500))).toMatchObject({ goBack: true });
  });

  it("keep the very beginning, to which training goes back that comes apart at once", () => {
    const stages = stagesOf({ steps: 20_000, rate: 0.01 });
    expect(stages.take(flat(1, -41, 50))).toEqual({ keep: true });
    expect(stages.take(flat(2, -490, 50))).toEqual({});
    expect(stages.take(flat(3, -3168, 50))).toEqual({ goBack: true, slowDown: 0.3 });
  });

  it("lower the rate in time where the bound keeps rising, and then do not call it level", () => {
    const stages = stagesOf({ steps: 4000, rate: 1 });
    let rising = 0;
    const orders = Array.from({ length: 80 }, () => stages.take(Float64Array.from({ length: 50 }, () => rising++)));
    const slowed = orders.flatMap(({ slowDown }, i) => (slowDown ? [50 * (i + 1)] : []));
    expect(slowed).toEqual([2000, 2500, 3000, 3500]);
    expect(stages.converged()).toBe(false);
  });

  it("follow a schedule to its end", () => {
    const stages = stagesOf({ steps: 4000 });
    const orders = Array.from({ length: 8 }, (_, seed) => stages.take(flat(seed, 0, 500)));
    expect(orders.some(({ slowDown, end }) => slowDown || end)).toBe(false);
    expect(stages.converged()).toBe(true);
  });
});

it("gives mean and standard error", () => {
  const { mean, error } = meanAndError(Float64Array.of(1, 2, 3, 4));
  expect(mean).toBe(2.5);
  expect(error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 15);
});
