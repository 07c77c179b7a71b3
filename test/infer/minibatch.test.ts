import { condition, elbo, fit, hostKey, inDouble, logJoint, model, normal, real } from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { foldHostKey } from "../../src/core/key.ts";
import { mean, variance } from "../../src/diagnostics/series.ts";
import type { Conditioned } from "../../src/model/condition.ts";
import { minibatchOf } from "../../src/model/minibatch.ts";
import type { Model } from "../../src/model/model.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key as keyOf } from "../../src/ops/random.ts";

const limit = 4.5;
const rows = 40;
const x = Array.from({ length: rows }, (_, i) => Math.sin(i));
const y = x.map((v, i) => 0.7 * v - 0.2 + 0.3 * Math.cos(5 * i));

const built = model("line")
  .data("x", ["N"])
  .latent("a", normal(0, 1))
  .latent("b", normal(0, 1))
  .observe("y", ({ x, a, b }) => normal(x.mul(b).add(a), 0.5), ["N"]);

const raw = logJoint(
  { data: { x: ["N"], y: ["N"] }, latent: { a: real(), b: real() }, axis: "N" },
  ({ a, b }, { x, y }) => ({
    prior: normal(0, 1).logProb(a).add(normal(0, 1).logProb(b)),
    likelihood: normal(x.mul(b).add(a), 0.5).logProb(y),
  }),
);

describe.each([
  ["the builder", built as unknown as Model],
  ["a raw log joint", raw as unknown as Model],
])("a minibatch of %s", (_, line) => {
  it("has the log density and gradient of all rows on average", () => {
    const conditioned = condition(line, { x, y }) as Conditioned<unknown>;
    const { family, select } = minibatchOf(line, conditioned, { axis: "N", size: 5 });
    const at = (batch: boolean, seed: number): number[] =>
      inDouble(() =>
        tf.tidy(() => {
          const data = conditioned.tensors();
          const part = batch ? select(keyOf(foldHostKey(hostKey(9), seed)), data) : data;
          const target = (batch ? family : conditioned).at(part);
          const made = gradient((z: tf.Tensor) => target.logDensity(z) as tf.Scalar)(tf.tensor1d([0.3, -0.4]));
          return [made.value.dataSync()[0], ...made.gradient.dataSync()] as never;
        }),
      ) as unknown as number[];
    const whole = at(false, 0);
    const batches = Array.from({ length: 1_500 }, (_, i) => at(true, i));
    for (const [k, truth] of whole.entries()) {
      const values = Float64Array.from(batches, (batch) => batch[k]);
      expect(Math.abs(mean(values) - truth) / Math.sqrt(variance(values) / values.length)).toBeLessThan(limit);
      expect(variance(values)).toBeGreaterThan(0);
    }
  });
});

it.each([1, 7, rows])("may have %i rows, of a matrix too, and with derived quantities along them", (size) => {
  const wide = model("wide")
    .data("x", ["N", "P"])
    .latent("b", ({ x }) => normal(0, 1, x.shape.slice(1)))
    .derive("line", ({ x, b }) => x.mul(b).sum(1), ["N"])
    .observe("y", ({ line }) => normal(line, 0.5), ["N"])
    .observe("total", ({ b }) => normal(b.sum(), 2)) as unknown as Model;
  const conditioned = condition(wide, { x: x.map((v) => [1, v]), y, total: 1 }) as Conditioned<unknown>;
  const shapes = tf.tidy(() => {
    const { select } = minibatchOf(wide, conditioned, { axis: "N", size });
    const part = select(keyOf(hostKey(1)), conditioned.tensors());
    return [part.x.shape, part.y.shape, part.total.shape] as never;
  }) as unknown as number[][];
  expect(shapes).toEqual([[size, 2], [size], []]);
});

it("is not checked at the cost of a tensor", () => {
  const conditioned = condition(built, { x, y }) as Conditioned<unknown>;
  const before = tf.memory().numTensors;
  minibatchOf(built as unknown as Model, conditioned, { axis: "N", size: 5 });
  expect(tf.memory().numTensors).toBe(before);
});

it("reaches the closed-form posterior", async () => {
  const fitted = await fit(
    built,
    { x, y },
    { minibatch: { axis: "N", size: 10 }, objective: elbo({ draws: 2 }), seed: 2 },
  );
  // Posterior precision I + XᵀX / σ²; mean-field finds its mean, and its inverse diagonal as variances.
  const [sx, sxx] = [x.reduce((s, v) => s + v, 0), x.reduce((s, v) => s + v * v, 0)];
  const [p00, p01, p11] = [1 + rows / 0.25, sx / 0.25, 1 + sxx / 0.25];
  const [h0, h1] = [y.reduce((s, v) => s + v, 0) / 0.25, y.reduce((s, v, i) => s + v * x[i], 0) / 0.25];
  const det = p00 * p11 - p01 * p01;
  const truth = [(p11 * h0 - p01 * h1) / det, (p00 * h1 - p01 * h0) / det];
  const { loc, logScale } = fitted.parameters;
  for (const i of [0, 1]) {
    const sd = 1 / Math.sqrt([p00, p11][i]);
    // Noise of the minibatches keeps the last iterates about a tenth of an sd around the optimum at the lowest rate.
    expect(Math.abs(loc.values[i] - truth[i]) / sd).toBeLessThan(0.3);
    expect(Math.abs(Math.exp(logScale.values[i]) / sd - 1)).toBeLessThan(0.15);
  }
});
