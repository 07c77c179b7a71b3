import { hostKey } from "fluvial";
import { describe, expect, it } from "vitest";
import { hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { falling, levelled, meanAndError } from "../../src/infer/level.ts";

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

describe("falling", () => {
  it("is a fall that stands out of the noise, and nothing else", () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(falling(noise(seed, 900, (i) => -i / 300))).toBe(true);
      expect(falling(noise(seed, 900, () => 0))).toBe(false);
      expect(falling(noise(seed, 900, (i) => i / 300))).toBe(false);
    }
    expect(falling(noise(1, 449, (i) => -i))).toBe(false);
  });
});

it("gives mean and standard error", () => {
  const { mean, error } = meanAndError(Float64Array.of(1, 2, 3, 4));
  expect(mean).toBe(2.5);
  expect(error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 15);
});
