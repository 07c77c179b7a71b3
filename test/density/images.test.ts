import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { entryOf } from "../../src/density/entry.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { FittedDensity } from "../../src/density/fitted.ts";
import { bitsPerDim } from "../../src/density/images.ts";
import { asItStands } from "../../src/density/standard.ts";
import { linearFlow } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { key, uniform } from "../../src/ops/random.ts";
import { logit } from "../../src/transforms/logit.ts";
import { meanOf, rowsFrom } from "./samples.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

describe("logit", () => {
  it.each([0, 1e-6, 0.05])("goes back, with the slope of differences, epsilon %d", (epsilon) =>
    exactly(() => {
      const map = logit(epsilon);
      const x = [1e-9, 0.01, 0.3, 0.5, 0.97, 1 - 1e-9];
      const there = map.forward(fromHost(x, [6]));
      const back = map.inverse(there.value);
      const step = 1e-10;
      const [up, down] = [step, -step].map((by) =>
        hostValues(
          map.forward(
            fromHost(
              x.map((each) => each + by),
              [6],
            ),
          ).value,
        ),
      );
      x.forEach((each, i) => {
        expect(Math.abs(hostValues(back.value)[i] - each)).toBeLessThan(1e-14);
        expect(Math.abs(hostValues(there.logDet)[i] + hostValues(back.logDet)[i])).toBeLessThan(1e-6);
        // At 1e-9 from the ends of [0, 1] differences over 1e-10 are good to a hundredth.
        const slope = (up[i] - down[i]) / (2 * step);
        expect(Math.abs(hostValues(there.logDet)[i] - Math.log(slope))).toBeLessThan(0.02);
      });
    }),
  );

  it("is finite at 0 and 1 with an epsilon", () =>
    exactly(() => {
      const { value, logDet } = logit(1e-6).forward(fromHost([0, 1], [2]));
      expect(hostValues(value)[1]).toBeCloseTo(Math.log((1 - 1e-6) / 1e-6), 8);
      expect([...hostValues(logDet)].every(Number.isFinite)).toBe(true);
    }));

  it("refuses an epsilon of a half", () => expect(() => logit(0.5)).toThrow("from 0 and below 0.5, got 0.5"));
});

describe("bits per dimension", () => {
  it("of uniform pixels are log2 of their levels", () => {
    expect(bitsPerDim(-3 * Math.log(256), 3)).toBeCloseTo(8, 12);
  });

  it("are those of Papamakarios, Pavlakou & Murray 2017", () =>
    exactly(() => {
      // log p(x) on the logit scale → b(x) = −log p(x) / (D log 2) − log2(1 − 2λ) + 8 + Σ (log2 σ(x_i) + log2(1 − σ(x_i))) / D.
      const [lambda, size] = [0.05, 4];
      const pixels = fromHost([0, 255, 17, 128], [1, size]);
      const { value, logDet } = entryOf(asItStands(size), { levels: 256, epsilon: lambda }).into(
        pixels,
        key(hostKey(3)),
      );
      const x = [...hostValues(value)];
      const sigma = x.map((each) => 1 / (1 + Math.exp(-each)));
      const logP = -37.5;
      const want =
        -logP / (size * Math.LN2) -
        Math.log2(1 - 2 * lambda) +
        8 +
        sigma.reduce((sum, s) => sum + Math.log2(s) + Math.log2(1 - s), 0) / size;
      const scale = entryOf(asItStands(size), { levels: 256, epsilon: lambda }).logScale;
      expect(Math.abs(bitsPerDim(logP + hostValues(logDet)[0] + scale, size) - want)).toBeLessThan(1e-12);
      const noise = [...hostValues(uniform(key(hostKey(3)), [1, size]))];
      const shares = noise.map((u, i) => lambda + ((1 - 2 * lambda) * ([0, 255, 17, 128][i] + u)) / 256);
      expect(Math.max(...shares.map((share, i) => Math.abs(share - sigma[i])))).toBeLessThan(1e-14);
    }));
});

describe("images", async () => {
  // Two pixels of 8 levels: one is binomial, the other mostly follows it; a third is always 0, as corners are.
  const pixels = rowsFrom(4, 3000, ({ uniform }) => {
    const first = Array.from({ length: 7 }, uniform).filter((u) => u < 0.5).length;
    return [first, Math.min(7, Math.max(0, first + (uniform() < 0.5 ? 0 : 1))), 0];
  });
  const images = { levels: 8, epsilon: 0.01 };
  const fit = await fitDensity(linearFlow({ kind: "triangular" }), pixels, { images, steps: 1500, seed: 1 });

  it("have a density on the scale of their levels, that bounds their probability from below", () => {
    const probability = new Map<string, number>();
    for (const row of pixels) probability.set(row.join(), (probability.get(row.join()) ?? 0) + 1 / pixels.length);
    const entropy = [...probability.values()].reduce((sum, p) => sum - p * Math.log(p), 0);
    const { mean, bitsPerDim: bits } = fit.score(pixels);
    expect(bits).toBeCloseTo(-mean / 3 / Math.LN2, 12);
    expect(-mean).toBeGreaterThan(entropy);
    // Better than pixels that know nothing of each other, uniform over 8 levels.
    expect(bits).toBeLessThan(3 - 1);
  });

  it("are drawn as whole numbers within their levels", () => {
    const { values } = fit.sample(2000, { seed: 1 });
    expect([...values].every((x) => Number.isInteger(x) && x >= 0 && x < 8)).toBe(true);
    const column = (j: number): number[] => [...values].filter((_, i) => i % 3 === j);
    expect(Math.abs(meanOf(column(0)) - 3.5)).toBeLessThan(0.3);
    // A Gaussian on the logit scale lets some of it over the edge of the first level.
    expect(meanOf(column(2))).toBeLessThan(0.3);
  });

  it("come back from a file", () => {
    const again = fromJson(toJson(fit)) as FittedDensity;
    expect([...again.logProb(pixels.slice(0, 9))]).toEqual([...fit.logProb(pixels.slice(0, 9))]);
  });

  it("must be whole numbers", async () => {
    expect(() => fit.logProb([[1, 2, 8]])).toThrow(
      "logProb: row 1, column 3 is 8: pixels are whole numbers from 0 to 7",
    );
    const half = pixels.map((row) => row.map((x) => x / 2));
    await expect(fitDensity(linearFlow(), half, { images })).rejects.toThrow("pixels are whole numbers from 0 to 7");
    await expect(fitDensity(linearFlow(), pixels, { images: { levels: 1 } })).rejects.toThrow("levels");
    await expect(fitDensity(linearFlow(), pixels, { images: { epsilon: 0.5 } })).rejects.toThrow("epsilon");
  });
});
