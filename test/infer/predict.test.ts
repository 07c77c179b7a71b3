import {
  bernoulli,
  beta,
  type Draws,
  fit,
  halfNormal,
  logJoint,
  model,
  normal,
  posteriorPredictive,
  priorPredictive,
  real,
  sample,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { mean, variance } from "../../src/diagnostics/series.ts";

const limit = 4.5;

const line = model("line")
  .data("x", ["N"])
  .latent("a", normal(1, 2))
  .latent("b", normal(-1, 0.5))
  .derive("sum", ({ a, b }) => a.add(b))
  .observe("y", ({ x, a, b }) => normal(x.mul(b).add(a), 0.5), ["N"]);

const column = ({ values, shape }: Draws, i: number): Float64Array => {
  const width = shape.slice(2).reduce((a, b) => a * b, 1);
  return Float64Array.from({ length: values.length / width }, (_, d) => values[d * width + i]);
};

const z = (values: Float64Array, m: number, s: number): number[] => [
  (mean(values) - m) / (s / Math.sqrt(values.length)),
  (variance(values) / s ** 2 - 1) / Math.sqrt(2 / values.length),
];

describe("prior predictive draws", () => {
  const draws = priorPredictive(line, { x: [0, 1, 3] }, { seed: 1, draws: 2_000 });

  it("have the closed-form means and variances of latents, derived quantities and data", () => {
    const checks: [Float64Array, number, number][] = [
      [column(draws.a, 0), 1, 2],
      [column(draws.b, 0), -1, 0.5],
      [column(draws.sum, 0), 0, Math.hypot(2, 0.5)],
      ...[0, 1, 3].map((x, i): [Float64Array, number, number] => [
        column(draws.y, i),
        1 - x,
        Math.hypot(2, 0.5 * x, 0.5),
      ]),
    ];
    for (const [values, m, s] of checks)
      for (const score of z(values, m, s)) expect(Math.abs(score)).toBeLessThan(limit);
  });

  it("have the shapes of the model", () => {
    expect(draws.y.shape).toEqual([1, 2_000, 3]);
    expect(draws.a.shape).toEqual([1, 2_000]);
  });

  it("are the same for the same seed, and others for another", () => {
    const again = priorPredictive(line, { x: [0, 1, 3] }, { seed: 1, draws: 50 });
    const other = priorPredictive(line, { x: [0, 1, 3] }, { seed: 2, draws: 50 });
    expect(priorPredictive(line, { x: [0, 1, 3] }, { seed: 1, draws: 50 }).y.values).toEqual(again.y.values);
    expect(other.y.values).not.toEqual(again.y.values);
  });

  it("give independent copies along an axis that the distribution spreads over", () => {
    const coins = model("coins")
      .latent("p", beta(2, 2))
      .observe("y", ({ p }) => bernoulli(p), ["N"]);
    const made = priorPredictive(coins, { N: 4 } as never, { draws: 1_000, seed: 3 });
    expect(made.y.shape).toEqual([1, 1_000, 4]);
    // E[y_i y_j] = E[p²] = 0.3 for Beta(2, 2): neither copies of one draw (0.5) nor independent of p (0.25).
    const product = Float64Array.from({ length: 1_000 }, (_, d) => made.y.values[4 * d] * made.y.values[4 * d + 1]);
    expect(Math.abs((mean(product) - 0.3) / Math.sqrt((0.3 * 0.7) / 1_000))).toBeLessThan(limit);
  });

  it("refuse what cannot be drawn from", () => {
    expect(() =>
      priorPredictive(
        model("f")
          .latent("m", normal(0, 1))
          .factor("t", ({ m }) => m),
        {},
      ),
    ).toThrow(/factor "t": a factor cannot be drawn from/);
    expect(() =>
      priorPredictive(
        logJoint({ latent: { m: real() } }, ({ m }) => normal(0, 1).logProb(m)),
        {},
      ),
    ).toThrow(/has no prior to draw from/);
  });
});

describe("posterior predictive draws", () => {
  const x = [0, 1, 2, 3];
  const y = [1.1, 0.2, -1.2, -1.9];

  it("come from the likelihood at the posterior's draws", async () => {
    const fitted = await fit(line, { x, y }, { seed: 4, steps: 600, draws: 1_000 });
    const made = posteriorPredictive(line, { x, y }, fitted, { seed: 5 });
    expect(made.y.shape).toEqual([1, 1_000, 4]);
    expect(made.a.values).toEqual(fitted.draws.a.values);
    for (const [i, at] of x.entries()) {
      const noise = column(made.y, i).map(
        (value, d) => value - fitted.draws.a.values[d] - at * fitted.draws.b.values[d],
      );
      for (const score of z(noise, 0, 0.5)) expect(Math.abs(score)).toBeLessThan(limit);
    }
  });

  it("predict at new data, from every chain, thinned", async () => {
    const chains = await sample(line, { x, y }, { seed: 1, chains: 2, warmup: 150, draws: 100 });
    const made = posteriorPredictive(line, { x: [10] }, chains, { seed: 5, draws: 50 });
    expect(made.y.shape).toEqual([1, 50, 1]);
    expect(made.a.values[25]).toBe(chains.draws.a.values[100]);
  });

  it("use the simulate function of a raw log joint, and ask for one", async () => {
    const declared = { data: { y: ["N"] }, latent: { m: real() } } as const;
    const density = ({ m }: { m: tf.Tensor }, { y }: { y: tf.Tensor }) =>
      normal(0, 1).logProb(m).add(normal(m, 1).logProb(y).sum());
    const able = logJoint(
      { ...declared, simulate: (key, { m }, { y }) => ({ y: normal(m, 1, y.shape).sample(key) }) },
      density,
    );
    const fitted = await fit(able, { y: [1, 2] }, { steps: 100, draws: 20 });
    expect(posteriorPredictive(able, { y: [1, 2] }, fitted).y.shape).toEqual([1, 20, 2]);
    expect(() => posteriorPredictive(logJoint(declared, density), { y: [1, 2] }, fitted)).toThrow(
      /without a simulate function/,
    );
  });

  it("refuse a posterior of another model", async () => {
    const fitted = await fit(model("other").latent("q", halfNormal(0, 1)), {}, { steps: 100, draws: 20 });
    expect(() => posteriorPredictive(line, { x, y }, fitted as never)).toThrow(/the posterior of "other" has no "a"/);
  });
});

it("leaves no tensor behind", () => {
  const before = tf.memory().numTensors;
  priorPredictive(line, { x: [1] }, { draws: 10 });
  expect(tf.memory().numTensors).toBe(before);
});
