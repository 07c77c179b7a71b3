/** Where the best density is known in closed form: an affine flow fitted to all rows is the Gaussian of greatest likelihood. */
import { describe, expect, it } from "vitest";
import { hostCholesky } from "../../src/core/cholesky.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import { gaussianLogDensity, momentsOf } from "../../src/diagnostics/gaussian.ts";
import { linearFlow } from "../../src/flows/index.ts";
import { linearRegression } from "./linearRegression.ts";
import { meanOf, rowsFrom } from "./samples.ts";

const size = 3;
const rows = rowsFrom(1, 200, ({ normal }) => {
  const [a, b, c] = [normal(), normal(), normal()];
  return [1000 + a, 0.01 * (b + 0.8 * a), -5 + 2 * (c - 0.5 * b)];
});

/** The Gaussian with the rows' mean and their covariance with n. */
const best = () => {
  const { mean, covariance } = momentsOf(Float64Array.from(rows.flat()), size);
  const scaled = covariance.map((each) => (each * (rows.length - 1)) / rows.length);
  return { mean, covariance: scaled, factor: hostCholesky(scaled, size) as Float64Array };
};

describe("a triangular flow fitted to all rows", async () => {
  const gaussian = best();
  const fit = await fitDensity(linearFlow({ kind: "triangular" }), rows, {
    validation: 0,
    batch: rows.length,
    precision: "f64",
    rate: 0.05,
    steps: 4000,
    patience: 5,
  });

  it("has the likelihood of the maximum-likelihood Gaussian", () => {
    const want =
      -0.5 * size * (1 + Math.log(2 * Math.PI)) -
      gaussian.factor.reduce((sum, each, i) => sum + (i % (size + 1) === 0 ? Math.log(each) : 0), 0);
    // No affine density is likelier; the search stops a little below.
    expect(fit.training?.mean).toBeLessThan(want + 1e-9);
    expect(fit.training?.mean).toBeGreaterThan(want - 1e-5);
    expect(fit.score(rows).mean).toBeCloseTo(fit.training?.mean as number, 12);
    expect(fit.ending).toBe("levelled");
    expect(fit.heldOut).toBeUndefined();
    expect(fit.verdict).toContain("no validation rows");
  });

  it("has its density at points, in nats on the samples' own scale", () => {
    const points = rows.slice(0, 20).map((row) => row.map((x, i) => x + [0.5, 0.004, 0.5][i]));
    const want = gaussianLogDensity(Float64Array.from(points.flat()), gaussian);
    const errors = fit.logProb(points).map((got, i) => Math.abs(got - want[i]));
    expect(Math.max(...errors)).toBeLessThan(0.02);
  });

  it("draws rows with its mean and covariance", () => {
    const count = 40_000;
    const { shape, values } = fit.sample(count, { seed: 3 });
    expect(shape).toEqual([count, size]);
    const { mean, covariance } = momentsOf(values, size);
    for (let i = 0; i < size; i++) {
      const sd = Math.sqrt(gaussian.covariance[i * size + i]);
      expect(Math.abs(mean[i] - gaussian.mean[i]) / sd).toBeLessThan(4.5 / Math.sqrt(count) + 3e-3);
      for (let j = 0; j < size; j++) {
        const scale = sd * Math.sqrt(gaussian.covariance[j * size + j]);
        const off = (covariance[i * size + j] - gaussian.covariance[i * size + j]) / scale;
        expect(Math.abs(off)).toBeLessThan(4.5 * Math.sqrt(2 / count) + 6e-3);
      }
    }
  });
});

describe("an affine flow behind a context", async () => {
  const { samples, contexts, slope, intercept, sd } = linearRegression(1500);
  const fit = await fitDensity(linearFlow({ kind: "diagonal" }), samples, {
    context: contexts,
    validation: 0.2,
    steps: 3000,
    seed: 2,
  });

  it("is a regression", () => {
    const at = [-1, 0, 1.5];
    const means = at.map((c) => meanOf(fit.sample(4000, { context: [[c, 0]] }).values));
    const errors = at.map((c, i) => Math.abs(means[i] - intercept - slope * c));
    expect(Math.max(...errors)).toBeLessThan(0.15 * sd);
    const truth = -0.5 * Math.log(2 * Math.PI * sd * sd) - 0.5;
    const fresh = linearRegression(2000, 99);
    const { mean, se } = fit.score(fresh.samples, { context: fresh.contexts });
    expect(mean).toBeGreaterThan(truth - 0.03 - 4.5 * se);
    expect(mean).toBeLessThan(truth + 4.5 * se);
  });

  it("takes one context for all rows, or one each", () => {
    const one = fit.logProb([[1], [2]], { context: [[0.5, 1]] });
    const each = fit.logProb([[1], [2]], {
      context: [
        [0.5, 1],
        [0.5, 1],
      ],
    });
    const flat = fit.logProb([[1], [2]], { context: [0.5, 1] });
    expect([...one]).toEqual([...each]);
    expect([...one]).toEqual([...flat]);
    expect(() => fit.logProb([[1]])).toThrow("logProb: context: expected 1 row of 2, or one for all, got none");
    expect(() =>
      fit.logProb([[1], [2], [3]], {
        context: [
          [0, 1],
          [0, 1],
        ],
      }),
    ).toThrow("context: expected 3 rows, or one for all, got 2");
    expect(() => fit.sample(2, { context: [[1]] })).toThrow("context: expected rows of 2 numbers, got 1");
  });
});
