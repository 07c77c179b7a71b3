import {
  type Continuous,
  cauchy,
  condition,
  exponential,
  type FluvialError,
  gaussianProcess,
  gaussianRandomWalk,
  gumbel,
  halfCauchy,
  halfNormal,
  halfStudentT,
  laplace,
  logistic,
  lognormal,
  model,
  multivariateNormal,
  multivariateStudentT,
  noncentred,
  normal,
  sample,
  squaredExponential,
  studentT,
  type Tensor,
  uniform,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import eightSchools, { data } from "../../models/eight-schools.ts";
import handWritten from "../../models/eight-schools-noncentred.ts";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { noncentredNames } from "../../src/distributions/noncentred.ts";
import { narrowHint } from "../../src/infer/sampling/narrow.ts";
import { densityAt, quantitiesAt, slopeAt } from "./at.ts";

const inOneWord = model("eight schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

const spread = {
  covariance: [
    [2, 0.6],
    [0.6, 0.5],
  ],
};

const rows: Readonly<Record<string, () => Continuous>> = {
  normal: () => normal([1, -2], 0.3),
  studentT: () => studentT([3, 4.5], 1, [0.5, 2]),
  cauchy: () => cauchy(-1, [0.2, 7]),
  laplace: () => laplace([0.5, 1], 3),
  logistic: () => logistic([0.5, 1], 3),
  gumbel: () => gumbel(-1, [0.2, 7]),
  halfStudentT: () => halfStudentT([3, 4.5], [0, -1], [2, 0.4]),
  halfNormal: () => halfNormal([0, -1], [2, 0.4]),
  halfCauchy: () => halfCauchy(0, [2, 0.4]),
  lognormal: () => lognormal([0.3, -1], [0.5, 2]),
  exponential: () => exponential([0.2, 5]),
  multivariateNormal: () => multivariateNormal([1, -1], spread),
  "multivariateNormal by its factor": () =>
    multivariateNormal([1, -1], {
      choleskyFactor: [
        [1.5, 0],
        [-0.4, 0.3],
      ],
    }),
  multivariateStudentT: () => multivariateStudentT(3.5, [1, -1], spread),
  gaussianRandomWalk: () => gaussianRandomWalk([0.4, 2], { initial: 1.5, drift: 0.2, steps: 2 }),
  gaussianProcess: () =>
    gaussianProcess({ kernel: squaredExponential({ lengthScale: 2 }), inputs: [0, 1], mean: [1, 3], noise: 0.1 }),
  "multivariateNormal by its precision": () =>
    multivariateNormal([1, -1], {
      precision: [
        [2, 0.6],
        [0.6, 0.5],
      ],
    }),
};

const factorOf = (tau: Tensor): Tensor =>
  tf
    .tensor2d([
      [1, 0],
      [0.5, 2],
    ])
    .mul(tau);

/** log |d value / d z| of two numbers by central differences. */
const numericLogDet = (value: (z: readonly number[]) => number[], z: readonly number[]): number => {
  const h = 1e-5;
  const column = (i: number): number[] => {
    const [up, down] = [h, -h].map((step) => value(z.map((x, j) => (i === j ? x + step : x))));
    return up.map((x, k) => (x - down[k]) / (2 * h));
  };
  const [[a, c], [b, d]] = [column(0), column(1)];
  return Math.log(Math.abs(a * d - b * c));
};

const logProbOf = (distribution: Continuous, x: readonly number[]): number =>
  inDouble(() => tf.tidy(() => [...hostValues(distribution.logProb(fromHost([...x], [x.length])).sum())]))[0];

describe("noncentred", () => {
  it("has a row for every distribution that it knows by name", () => {
    expect(noncentredNames.filter((name) => !rows[name])).toEqual([]);
  });

  it.each(Object.entries(rows))("%s: log p(value) + log |d value / d z|", (_, make) => {
    const conditioned = condition(model("m").latent("x", noncentred(make())), {});
    const valueAt = (z: readonly number[]): number[] => quantitiesAt(conditioned, z).x;
    for (const z of [
      [0.3, -0.8],
      [-1.7, 1.2],
    ]) {
      const expected = logProbOf(make(), valueAt(z)) + numericLogDet(valueAt, z);
      expect(Math.abs(densityAt(conditioned, z) - expected)).toBeLessThan(1e-8);
      const back = conditioned.unconstrain({ x: valueAt(z) });
      for (const [i, x] of back.entries()) expect(x).toBeCloseTo(z[i], 11);
    }
  });

  it("takes vectors, a copy for each element of further axes", () => {
    const scales = model("vectors")
      .latent("tau", exponential(1))
      .latent("b", ({ tau }) => noncentred(multivariateNormal(1, { choleskyFactor: factorOf(tau) })), ["J", 2]);
    const bound = condition(scales, { J: 3 } as never);
    const z = [0.3, 0.1, -0.7, 1.2, 0.4, -0.2, 0.9];
    const { tau, b } = quantitiesAt(bound, z);
    // L = tau · [[1, 0], [0.5, 2]]: log |L| = 2 log tau + log 2.
    const standard = z.slice(1).reduce((sum, x) => sum - 0.5 * x * x - 0.5 * Math.log(2 * Math.PI), 0);
    expect(densityAt(bound, z)).toBeCloseTo(standard - tau[0] + z[0], 12);
    for (const j of [0, 1, 2]) {
      const [first, second] = z.slice(1 + 2 * j, 3 + 2 * j);
      expect(b[2 * j]).toBeCloseTo(1 + tau[0] * first, 12);
      expect(b[2 * j + 1]).toBeCloseTo(1 + tau[0] * (0.5 * first + 2 * second), 12);
    }
  });

  it("is the form written by hand, with its gradient", () => {
    const [word, hand] = [inOneWord, handWritten].map((each) => condition(each as typeof inOneWord, data));
    expect(word.size).toBe(hand.size);
    const z = Array.from({ length: word.size }, (_, i) => Math.sin(1 + 2 * i));
    expect(densityAt(word, z)).toBeCloseTo(densityAt(hand, z), 11);
    for (const [i, slope] of slopeAt(word, z).entries()) expect(slope).toBeCloseTo(slopeAt(hand, z)[i], 11);
    expect(quantitiesAt(word, z).theta).toEqual(quantitiesAt(hand, z).theta);
  });

  it("computes the density from z: it keeps all digits where scales are tiny or locations huge", () => {
    const far = condition(model("m").latent("x", noncentred(normal(1e8, 1e-9)), [3]), {});
    const z = [0.3, -0.8, 2];
    const expected = z.reduce((sum, x) => sum - 0.5 * x * x - 0.5 * Math.log(2 * Math.PI), 0);
    expect(densityAt(far, z)).toBeCloseTo(expected, 13);
    expect(slopeAt(far, z)).toEqual(z.map((x) => -x));
  });

  it("samples eight schools without the funnel, and reports theta", async () => {
    const chains = await sample(inOneWord, data, { seed: 1, chains: 2, warmup: 500, draws: 500 });
    expect(chains.draws.theta.shape).toEqual([2, 500, 8]);
    expect(chains.divergences).toBeLessThan(10);
    const tau = chains.rows.find(({ name }) => name === "tau");
    // posteriordb's reference draws: mean 3.6, sd 3.2.
    expect(Math.abs((tau?.mean ?? 0) - 3.6)).toBeLessThan(4.5 * (tau?.mcse ?? 0));
    expect(Math.min(...chains.draws.theta.values)).toBeLessThan(-5);
  });

  it("refuses what is not moved and scaled", () => {
    const message = (f: () => unknown): string => {
      try {
        f();
      } catch (error) {
        return (error as FluvialError).message;
      }
      return "";
    };
    expect(message(() => noncentred(uniform(0, 1)))).toMatch(
      /^noncentred: uniform is not .* use one of normal, studentT/,
    );
    expect(message(() => noncentred(3 as never))).toBe(
      "noncentred: expected a distribution such as normal(mu, tau), got number",
    );
  });

  it("leaves the centred form as it was", () => {
    const centred = condition(eightSchools, data);
    const word = condition(inOneWord, data);
    const z = centred.unconstrain({ mu: 2, tau: 0.5, theta: [1, 2, 3, 4, 5, 6, 7, 8] });
    const other = word.unconstrain({ mu: 2, tau: 0.5, theta: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(densityAt(word, [...other])).toBeCloseTo(densityAt(centred, [...z]) + 8 * Math.log(0.5), 10);
  });
});

describe("chains that diverge in a funnel", () => {
  it("say where, and what to write instead", async () => {
    const chains = await sample(eightSchools, data, { seed: 3, chains: 4, warmup: 300, draws: 1_000 });
    expect(chains.divergences).toBeGreaterThanOrEqual(10);
    expect(chains.verdict).toContain("they gather where tau is small: give theta the prior noncentred(normal(…))");
  });

  it("say nothing of it where divergences lie anywhere", () => {
    const values = Float64Array.from({ length: 1_000 }, (_, i) => 1 + ((i * 619) % 1_000));
    const theta = values.map((tau, i) => tau * Math.cos(i));
    const draws = {
      tau: { shape: [1, 1_000], values, coords: [] },
      theta: { shape: [1, 1_000], values: theta, coords: [] },
    };
    const centred = [{ name: "theta", distribution: "normal", from: ["mu", "tau"] }];
    const places = (rows: readonly number[]) => rows.map((draw) => ({ chain: 0, draw }));
    const scattered = Array.from({ length: 40 }, (_, i) => 25 * i);
    const small = Array.from(values.keys()).filter((i) => values[i] < 200);
    expect(narrowHint(draws, places(scattered), centred)).toBeUndefined();
    expect(narrowHint(draws, places(small.slice(0, 9)), centred)).toBeUndefined();
    expect(narrowHint(draws, places(small.slice(0, 10)), centred)).toMatch(/where tau is small: give theta/);
    expect(narrowHint(draws, places(small), [])).toMatch(
      /where tau is small: take smaller steps, .* if it is the scale/,
    );
    // What the prior looks at, but is not as wide as: a location.
    const still = { ...draws, theta: { ...draws.theta, values: values.map((_, i) => Math.cos(i)) } };
    expect(narrowHint(still, places(small), centred)).toMatch(/where tau is small: take smaller steps/);
  });
});
