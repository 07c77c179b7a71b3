import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import type { Distribution } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";
import { gradient } from "../../src/ops/gradient.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** Made outside, as a model at module level is. */
const outside = d.normal(0.1, 0.7);

describe("slopes at edges, where a formula's terms are infinite but its value is not", () => {
  it.each<[string, (parameter: Tensor) => Distribution, number, number, number]>([
    ["bernoulli(0) at 0", (p) => d.bernoulli(p), 0, 0, -1],
    ["bernoulli(1) at 1", (p) => d.bernoulli(p), 1, 1, 1],
    ["binomial(5, 0) at 0", (p) => d.binomial(5, p), 0, 0, -5],
    ["binomial(5, 1) at 5", (p) => d.binomial(5, p), 1, 5, 5],
    ["binomialLogits(7, -800) at 2", (l) => d.binomialLogits(7, l), -800, 2, 2],
    ["binomialLogits(7, 800) at 2", (l) => d.binomialLogits(7, l), 800, 2, -5],
    ["bernoulliLogits(-800) at 1", (l) => d.bernoulliLogits(l), -800, 1, 1],
    ["bernoulliLogits(800) at 1", (l) => d.bernoulliLogits(l), 800, 1, 0],
    ["poisson(0) at 0", (rate) => d.poisson(rate), 0, 0, -1],
    ["poissonLog(-800) at 3", (l) => d.poissonLog(l), -800, 3, 3],
    ["negativeBinomial(0, 2) at 0", (mean) => d.negativeBinomial(mean, 2), 0, 0, -1],
    ["gamma(1, 2) at 0", (rate) => d.gamma(1, rate), 2, 0, 0.5],
    ["gamma(3, 2) at -1", (rate) => d.gamma(3, rate), 2, -1, 0],
    ["beta(1, 4) at 0", (b) => d.beta(1, b), 4, 0, 0.25],
    ["exponential(4) at 0", (rate) => d.exponential(rate), 4, 0, 0.25],
    ["uniform(0, 2) at its upper bound", (high) => d.uniform(0, high), 2, 2, -0.5],
  ])("%s", (_, make, parameter, x, expected) =>
    exactly(() => {
      const logProb = (value: Tensor): Scalar => make(value).logProb(tf.scalar(x)).sum() as Scalar;
      const [got] = hostValues(gradient(logProb)(tf.scalar(parameter) as Tensor).gradient);
      expect(Math.abs(got - expected)).toBeLessThan(1e-12);
    }),
  );
});

describe("cumulative functions at edges", () => {
  it("of a uniform have a slope where the rest of the interval rounds to all of it", () =>
    exactly(() => {
      const logCdf = (x: Tensor): Scalar => d.uniform(0, 1).logCdf(x).sum() as Scalar;
      const [slope] = hostValues(gradient(logCdf)(tf.scalar(2 ** -60) as Tensor).gradient);
      expect(slope).toBe(2 ** 60);
    }));

  it("of a Pareto keep their digits near its smallest value, whatever that is", () =>
    exactly(() => {
      for (const scale of [2 ** -500, 1, 2 ** 300]) {
        const pareto = d.pareto(scale, 3);
        const x = tf.scalar(scale * (1 + 2 ** -30)) as Tensor;
        const expected = -3 * Math.log1p(2 ** -30);
        expect(Math.abs(hostValues(pareto.logSurvival(x))[0] / expected - 1)).toBeLessThan(1e-14);
        expect(Math.abs(hostValues(pareto.cdf(x))[0] / -Math.expm1(expected) - 1)).toBeLessThan(1e-14);
      }
    }));

  it("of counts that are summed are at most 1", () =>
    exactly(() => {
      for (const one of [d.betaBinomial(100, 1e8, 1e8), d.hypergeometric(1e9, 5e8, 100)])
        expect(hostValues(one.logSurvival(tf.scalar(0)))[0]).toBeLessThanOrEqual(0);
    }));
});

describe("single precision", () => {
  it.each<[string, Distribution, number]>([
    ["gamma(1e6, 1) near its mean", d.gamma(1e6, 1), 1000500],
    ["beta(1e6, 1e6) near its mean", d.beta(1e6, 1e6), 0.50048828125],
    ["binomial(1e6, 0.5) near its mean", d.binomial(1e6, 0.5), 500200],
    ["poisson(1e6) near its mean", d.poisson(1e6), 998000],
    ["negativeBinomial(1e6, 1e6) near its mean", d.negativeBinomial(1e6, 1e6), 1001000],
    ["studentT(1e7, 0, 1)", d.studentT(1e7, 0, 1), 1.5],
    ["cauchy far out", d.cauchy(0, 1), 2 ** 100],
    ["lognormal far out", d.lognormal(0, 10), 2 ** -100],
  ])("%s keeps its digits", (_, distribution, x) => {
    const value = (): number => tf.tidy(() => hostValues(distribution.logProb(tf.scalar(x)))[0]);
    const exact = inDouble(value);
    // A relative rounding of 2^−24 of a mean of 1e6, some standard deviations (1e3) off it, is worth 1e6 · 3e-3 · 2^−24 nats.
    expect(Math.abs(value() - exact)).toBeLessThan(5e-4 + 1e-6 * Math.abs(exact));
  });

  it("and double: a distribution takes the one in force", () =>
    tf.tidy(() => {
      const x = 0.3;
      const exact = -0.5 * ((x - 0.1) / 0.7) ** 2 - Math.log(0.7) - 0.5 * Math.log(2 * Math.PI);
      const got = inDouble(() => hostValues(outside.logProb(tf.scalar(x)))[0]);
      expect(Math.abs(got - exact)).toBeLessThan(1e-15);
    }));
});

describe("whole numbers as int32 and outcomes as bool", () => {
  it.each<[string, () => Tensor, () => Tensor]>([
    ["poisson", () => d.poisson(3).logProb(tf.scalar(2, "int32")), () => d.poisson(3).logProb(tf.scalar(2))],
    [
      "binomial",
      () => d.binomial(tf.scalar(7, "int32"), 0.3).logProb(tf.scalar(2, "int32")),
      () => d.binomial(7, 0.3).logProb(tf.scalar(2)),
    ],
    [
      "categorical",
      () => d.categorical([0.25, 0.75]).logProb(tf.scalar(1, "int32")),
      () => d.categorical([0.25, 0.75]).logProb(tf.scalar(1)),
    ],
    [
      "bernoulli",
      () => d.bernoulli(0.3).logProb(tf.scalar(true, "bool")),
      () => d.bernoulli(0.3).logProb(tf.scalar(1)),
    ],
  ])("%s", (_, given, real) =>
    exactly(() => {
      expect([...hostValues(given())]).toEqual([...hostValues(real())]);
    }),
  );

  it("belong to their supports too", () =>
    exactly(() => {
      expect([...hostValues(d.poisson(3).support.contains(tf.tensor1d([-1, 0, 4], "int32")))]).toEqual([0, 1, 1]);
      expect([...hostValues(d.bernoulli(0.5).support.contains(tf.tensor1d([0, 1, 2], "int32")))]).toEqual([1, 1, 0]);
    }));
});

describe("errors", () => {
  it.each<[() => unknown, string]>([
    [() => d.normal(0, -1), "normal: scale must be positive and finite, got -1"],
    [() => d.normal(Number.NaN, 1), "normal: loc must be finite, got NaN"],
    [() => d.normal([0, 1], [1, -2]), "normal: scale must be positive and finite, got -2"],
    [() => d.normal([0, 1], [1, 2, 3]), "normal: a parameter of shape [3] does not fit the others, [2]"],
    [() => d.normal("0" as never, 1), "normal: loc must be a number, a list of numbers or a tensor, got string 0"],
    [() => d.halfNormal(Infinity, 1), "halfNormal: loc must be finite, got Infinity"],
    [() => d.normal([1, null] as never, 1), "normal: loc must be a list of numbers, got object null in it"],
    [
      () => d.normal([tf.scalar(0), tf.scalar(1)] as never, 1),
      "normal: loc must be numbers or one tensor, got a list with a tensor in it; join tensors by tf.stack",
    ],
    [() => d.normal([[1, 2], [3]] as never, 1), "normal: loc must be a list of rows of one shape, got [1] beside [2]"],
    [() => d.normal(0, 1, 3 as never), "normal: shape must be a list of lengths, as in [3] or [2, 4], got 3"],
    [() => d.normal(0, 1, [-1]), "normal: shape must be a list of lengths, as in [3] or [2, 4], got [-1]"],
    [() => d.normal(0, 1).logProb(3 as never), "expected a tensor, as tf.tensor(…) makes one, got number 3"],
    [() => d.normal(0, 1).sample(1 as never), "expected a key, as key(hostKey(1)) makes one, got 1"],
    [() => d.wishart(3, undefined as never), "wishart: scale is missing"],
    [() => d.truncated(undefined as never, { lower: 0 }), "truncated: expected a distribution such as normal(0, 1)"],
    [() => d.truncated(d.normal(0, 1), undefined as never), "truncated: expected { lower, upper }, got undefined"],
    [() => d.censored(d.normal(0, 1), undefined as never), "censored: expected { lower, upper }, got undefined"],
    [
      () => d.hiddenMarkov(undefined as never),
      "hiddenMarkov: expected { initial, transition, emission, length }, got undefined",
    ],
    [() => d.uniform(2, 1), "uniform: high must be finite and above 2, got 1"],
    [() => d.bernoulli(1.2), "bernoulli: probs must be between 0 and 1, got 1.2"],
    [() => d.binomial(2.5, 0.5), "binomial: total must be a whole number from 0, got 2.5"],
    [() => d.poisson(-1), "poisson: rate must be finite and not negative, got -1"],
    [() => d.categorical(0.5), "categorical: probs must be a vector [..., K] of the K outcomes, got a scalar"],
    [() => d.categorical([0.5, -0.5]), "categorical: probs must be probabilities that sum to 1, got -0.5"],
    [() => d.categorical([0.2, 0.2]), "categorical: probs must be probabilities that sum to 1, got a sum of 0.4"],
    [
      () => d.categoricalLogits([0, Number.NaN]),
      "categoricalLogits: logits must be a vector of finite numbers, got NaN",
    ],
  ])("%#: name the distribution, the parameter, the rule and what came", (make, message) => {
    expect(make).toThrow(message);
  });
});
