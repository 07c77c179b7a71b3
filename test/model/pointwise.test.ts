import {
  compiledEngine,
  condition,
  exponential,
  halfCauchy,
  logJoint,
  model,
  noncentred,
  normal,
  real,
  type Tensor,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { data } from "../../models/eight-schools.ts";
import { range } from "../../src/core/shape.ts";
import { hostValues } from "../../src/core/tensor.ts";
import { densityAt, pointwiseAt, priorsAt, quantitiesAt } from "./at.ts";

const logNormal = (x: number, m: number, s: number): number =>
  -0.5 * ((x - m) / s) ** 2 - Math.log(s * Math.sqrt(2 * Math.PI));
const sum = (record: Readonly<Record<string, readonly number[]>>): number =>
  Object.values(record)
    .flat()
    .reduce((a, b) => a + b, 0);

const schools = model("schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])
  .factor("tilt", ({ mu }) => mu.mul(0.1))
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

describe("log-likelihoods by observation, and log priors", () => {
  const conditioned = condition(schools, data);
  const z = range(conditioned.size).map((i) => Math.sin(1 + i));

  it("are those of each site, on the model's own scale", () => {
    const { mu, tau, theta } = quantitiesAt(conditioned, z);
    const { y } = pointwiseAt(conditioned, z);
    expect(y).toHaveLength(8);
    for (const [j, log] of y.entries()) expect(log).toBeCloseTo(logNormal(data.y[j], theta[j], data.sigma[j]), 12);
    const priors = priorsAt(conditioned, z);
    expect(Object.keys(priors)).toEqual(["mu", "tau", "theta", "tilt"]);
    expect(priors.mu[0]).toBeCloseTo(logNormal(mu[0], 0, 5), 12);
    expect(priors.tau[0]).toBeCloseTo(Math.log(2 / (Math.PI * 5)) - Math.log1p((tau[0] / 5) ** 2), 12);
    expect(priors.tilt[0]).toBeCloseTo(0.1 * mu[0], 12);
  });

  it("make up the density with the log-Jacobians", () => {
    const simple = model("simple")
      .latent("s", exponential(2))
      .observe("a", ({ s }) => normal(0, s), ["N", 2])
      .observe("b", ({ s }) => normal(1, s));
    const bound = condition(simple, {
      a: [
        [1, 2],
        [3, 4],
      ],
      b: 0.5,
    });
    const pointwise = pointwiseAt(bound, [0.3]);
    expect(Object.entries(pointwise).map(([name, logs]) => [name, logs.length])).toEqual([
      ["a", 4],
      ["b", 1],
    ]);
    // The log-Jacobian of s = exp(z) is z.
    expect(sum(pointwise) + sum(priorsAt(bound, [0.3])) + 0.3).toBeCloseTo(densityAt(bound, [0.3]), 12);
  });

  it("are called likelihood and prior in a log joint that gives them apart", () => {
    const apart = logJoint({ data: { y: ["N"] }, latent: { m: real() }, axis: "N" }, ({ m }, { y }) => ({
      prior: normal(0, 3).logProb(m),
      likelihood: normal(m, 1).logProb(y),
    }));
    const bound = condition(apart, { y: [0.3, -1.2] });
    expect(pointwiseAt(bound, [0.4]).likelihood.map((log) => log.toFixed(12))).toEqual(
      [0.3, -1.2].map((y) => logNormal(y, 0.4, 1).toFixed(12)),
    );
    expect(priorsAt(bound, [0.4]).prior[0]).toBeCloseTo(logNormal(0.4, 0, 3), 12);
  });

  it("go over draws, in the compiled engine too", () => {
    const warnings: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => warnings.push(message) });
    const given = engine.compile(() => conditioned.tensors())();
    const many = engine.tensor(
      Float64Array.from({ length: 6 * conditioned.size }, (_, i) => Math.sin(i)),
      [2, 3, conditioned.size],
    );
    const made = engine.compile((at: Tensor, values: never) => [
      conditioned.pointwise(at, values).y,
      conditioned.priors(at, values).theta,
    ])(many, given as never);
    expect(made.map(({ shape }) => shape)).toEqual([
      [2, 3, 8],
      [2, 3],
    ]);
    expect(warnings).toEqual([]);
    for (const draw of range(6)) {
      const one = range(conditioned.size).map((i) => Math.sin(draw * conditioned.size + i));
      const [logs, prior] = [pointwiseAt(conditioned, one).y, priorsAt(conditioned, one).theta[0]];
      for (const [j, log] of logs.entries()) expect(hostValues(made[0])[8 * draw + j]).toBeCloseTo(log, 11);
      expect(hostValues(made[1])[draw]).toBeCloseTo(prior, 11);
    }
    tf.dispose([made, many, given] as never);
  });
});
