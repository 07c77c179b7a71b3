import {
  beta,
  condition,
  exponential,
  gamma,
  halfNormal,
  inDouble,
  logJoint,
  model,
  multivariateNormal,
  normal,
  positive,
  real,
  type Tensor,
  uniform,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { lgamma } from "../../src/core/special/gamma.ts";
import type { Conditioned } from "../../src/model/condition.ts";

/** The log density at one point, and at the same point in a batch, in double. */
const densityAt = (conditioned: Conditioned<unknown>, z: readonly number[]): number =>
  inDouble(() =>
    tf.tidy(() => {
      const target = conditioned.at(conditioned.tensors());
      return target.logDensity(tf.tensor1d([...z])).dataSync()[0] as never;
    }),
  ) as unknown as number;

const logNormal = (x: number, m: number, s: number): number =>
  -0.5 * ((x - m) / s) ** 2 - Math.log(s * Math.sqrt(2 * Math.PI));

describe("the log density on the unconstrained scale", () => {
  it("adds priors, likelihood and log-Jacobians, by hand", () => {
    const hierarchical = model("h")
      .data("x", ["N"])
      .latent("tau", halfNormal(0, 2))
      .latent("p", beta(2, 3))
      .latent("m", ({ tau }) => normal(1, tau), [2])
      .observe("y", ({ x, m, p }) => normal(x.mul(m.slice([0], [1])).add(m.slice([1], [1]).mul(p)), 0.5), ["N"]);
    const [x, y] = [
      [0.5, -1, 2],
      [1, 0.2, -0.3],
    ];
    const z = [0.3, -0.4, 0.7, -1.1];
    const tau = Math.exp(z[0]);
    const p = 1 / (1 + Math.exp(-z[1]));
    const expected =
      Math.log(2) +
      logNormal(tau, 0, 2) +
      z[0] +
      lgamma(5) -
      lgamma(2) -
      lgamma(3) +
      Math.log(p) +
      2 * Math.log(1 - p) +
      Math.log(p * (1 - p)) +
      logNormal(z[2], 1, tau) +
      logNormal(z[3], 1, tau) +
      x.reduce((sum, v, i) => sum + logNormal(y[i], v * z[2] + z[3] * p, 0.5), 0);
    expect(densityAt(condition(hierarchical, { x, y }), z)).toBeCloseTo(expected, 12);
  });

  it("is the same for the builder and for the raw log joint", () => {
    const built = model("built")
      .latent("m", normal(0, 3))
      .latent("s", exponential(0.7))
      .observe("y", ({ m, s }) => normal(m, s), ["N"]);
    const raw = logJoint({ data: { y: ["N"] }, latent: { m: real(), s: positive() } }, ({ m, s }, { y }) =>
      normal(0, 3).logProb(m).add(exponential(0.7).logProb(s)).add(normal(m, s).logProb(y).sum()),
    );
    const y = [0.3, -1.2, 2.2];
    for (const z of [
      [0, 0],
      [1.3, -0.8],
      [-2, 1],
    ])
      expect(densityAt(condition(raw, { y }), z)).toBeCloseTo(densityAt(condition(built, { y }), z), 12);
  });

  it("takes prior and likelihood apart as it takes their sum", () => {
    const apart = logJoint({ data: { y: ["N"] }, latent: { m: real() }, axis: "N" }, ({ m }, { y }) => ({
      prior: normal(0, 3).logProb(m),
      likelihood: normal(m, 1).logProb(y),
    }));
    const z = 0.4;
    const y = [0.3, -1.2, 2.2];
    expect(densityAt(condition(apart, { y }), [z])).toBeCloseTo(
      logNormal(z, 0, 3) + y.reduce((sum, v) => sum + logNormal(v, z, 1), 0),
      12,
    );
  });

  it("adds a factor as it is", () => {
    const tilted = model("tilted")
      .latent("m", normal(0, 1))
      .factor("tilt", ({ m }) => m.mul(2));
    expect(densityAt(condition(tilted, {}), [0.6])).toBeCloseTo(logNormal(0.6, 0, 1) + 1.2, 12);
  });

  it("has bounds that depend on other latents", () => {
    const nested = model("nested")
      .latent("top", gamma(2, 1))
      .latent("x", ({ top }) => uniform(0, top));
    const z = [0.2, -0.5];
    const top = Math.exp(z[0]);
    const share = 1 / (1 + Math.exp(-z[1]));
    const expected = Math.log(top) - top + z[0] - Math.log(top) + Math.log(top * share * (1 - share));
    expect(densityAt(condition(nested, {}), z)).toBeCloseTo(expected, 12);
  });
});

describe("a conditioned model", () => {
  const grouped = model("grouped")
    .data("group", ["N"], "int")
    .latent("mu", normal(0, 1), ["G"])
    .latent(
      "shape",
      multivariateNormal([0, 0], {
        covariance: [
          [2, 0.5],
          [0.5, 1],
        ],
      }),
    )
    .derive("twice", ({ mu }) => mu.mul(2), ["G"])
    .observe("y", ({ mu, group }) => normal((mu as Tensor).gather(group as never), 1), ["N"]);
  const bound = condition(grouped, { group: [0, 1, 1, 2], y: [1, 2, 3, 4], G: 3 } as never, { G: ["a", "b", "c"] });

  it("knows its size, and the shapes and axes of its quantities", () => {
    expect(bound.size).toBe(5);
    expect(bound.quantities).toEqual({
      mu: { shape: [3], axes: ["G"] },
      shape: { shape: [2], axes: undefined },
      twice: { shape: [3], axes: ["G"] },
    });
  });

  it("gives many draws the densities of the draws one by one", () => {
    const z = Array.from({ length: 6 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(i + 2 * j)));
    const together = inDouble(() =>
      tf.tidy(() => {
        const target = bound.at(bound.tensors());
        const all = target.logDensity(tf.tensor(z.flat(), [2, 3, 5]));
        expect(all.shape).toEqual([2, 3]);
        expect(target.constrain(tf.tensor(z.flat(), [2, 3, 5])).twice.shape).toEqual([2, 3, 3]);
        return [...all.dataSync()] as never;
      }),
    ) as unknown as number[];
    for (const [i, row] of z.entries()) expect(together[i]).toBe(densityAt(bound, row));
  });

  it("unconstrains what it constrains", () => {
    const latents = { mu: [0.1, -0.2, 0.3], shape: [1, -1] };
    expect([...bound.unconstrain(latents)]).toEqual([0.1, -0.2, 0.3, 1, -1]);
    const scaled = condition(model("s").latent("s", exponential(1)).latent("p", beta(1, 1)), {});
    const [zs, zp] = scaled.unconstrain({ s: 2, p: 0.25 });
    expect(zs).toBeCloseTo(Math.log(2), 14);
    expect(zp).toBeCloseTo(Math.log(1 / 3), 14);
  });

  it("keeps data exact to the last bit", () => {
    const exact = condition(
      model("e")
        .data("c")
        .latent("m", ({ c }) => normal(c, 1)),
      { c: 0.1 },
    );
    expect(densityAt(exact, [0.1])).toBe(logNormal(0.1, 0.1, 1));
  });

  it("leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    condition(grouped, { group: [0, 1], y: [1, 2], G: 2 } as never);
    expect(tf.memory().numTensors).toBe(before);
  });
});
