import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { digamma, lgamma } from "../../src/core/special/gamma.ts";
import { gammaShapeSlope, incompleteGammaLower, incompleteGammaUpper } from "../../src/core/special/incompleteGamma.ts";
import { polygamma } from "../../src/core/special/polygamma.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { binomialDraw, poissonDraw } from "../../src/ops/sampling/counts.ts";
import { elementUniforms, type Uniforms } from "../../src/ops/sampling/uniforms.ts";
import { binomial, gamma, logGamma, poisson } from "../../src/ops/sampling.ts";
import { chiSquareP, correlationZ, countBins, leastP, mean, meanZ, mostZ, uniformP, varianceZ } from "./statistics.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

/** Quantiles and masses from scipy; see scripts/reference/special.py. */
const known = JSON.parse(readFileSync(new URL("../known/special.json", import.meta.url), "utf8")).samplers as {
  readonly gammaQuantiles: readonly { readonly concentration: number; readonly logs: readonly number[] }[];
  readonly poisson: readonly { readonly rate: number; readonly edges: number[]; readonly masses: number[] }[];
  readonly binomial: readonly {
    readonly count: number;
    readonly probability: number;
    readonly edges: number[];
    readonly masses: number[];
  }[];
};

const single = (f: () => Tensor): number[] => tf.tidy(() => [...hostValues(f())]);
const double = (f: () => Tensor): number[] => tf.tidy(() => [...inDouble(() => hostValues(f()))]);
const seeded = (seed: number): Key => key(hostKey(seed));
const many = 20_000;
const filled = (value: number, n = many): Tensor => fromHost(new Float64Array(n).fill(value), [n]);

describe.each(known.gammaQuantiles)("gamma of concentration $concentration", ({ concentration: a, logs }) => {
  const draws = double(() => gamma(seeded(1), filled(a)));
  const logarithms = double(() => logGamma(seeded(2), filled(a)));

  it("has its mean and variance", () => {
    expect(Math.abs(meanZ(draws, a, a))).toBeLessThan(mostZ);
    // For small shapes the sample variance is too skewed for a z-score; the logarithm serves there.
    if (a >= 0.3) expect(Math.abs(varianceZ(draws, a, a, 3 + 6 / a))).toBeLessThan(mostZ);
    const [second, fourth] = [polygamma(1, a), polygamma(3, a)];
    expect(Math.abs(meanZ(logarithms, digamma(a), second))).toBeLessThan(mostZ);
    expect(Math.abs(varianceZ(logarithms, digamma(a), second, 3 + fourth / second ** 2))).toBeLessThan(mostZ);
  });

  it("falls evenly between scipy's quantiles", () => {
    const masses = new Array<number>(20).fill(0.05);
    expect(chiSquareP(countBins(logarithms, logs), masses)).toBeGreaterThan(leastP);
    expect(chiSquareP(countBins(draws.map(Math.log), logs), masses)).toBeGreaterThan(leastP);
  });

  it("is uniform under its distribution function", () => {
    expect(uniformP(logarithms.map((y) => incompleteGammaLower(a, Math.exp(y))))).toBeGreaterThan(leastP);
  });

  it("has slopes whose means are the slopes of the means", () => {
    // E[z] = a and E[log z] = ψ(a) for every a, so that E[dz/da] = 1 and E[d log z/da] = ψ′(a).
    const slopes = (f: (key: Key, a: Tensor) => Tensor, seed: number): number[] =>
      double(() => gradient((at: Tensor) => f(seeded(seed), at).sum().asScalar())(filled(a)).gradient);
    for (const [values, want] of [
      [slopes(gamma, 3), 1],
      [slopes(logGamma, 4), polygamma(1, a)],
    ] as const) {
      const spread = Math.sqrt(mean(values.map((v) => (v - want) ** 2)));
      expect(Math.abs(mean(values) - want)).toBeLessThan((mostZ * spread) / Math.sqrt(many) + 1e-9 * want);
    }
  });
});

describe("gamma", () => {
  it("gives the numbers of its logarithm, and in single precision those of double", () => {
    const shapes = (): Tensor => fromHost([0.01, 0.25, 1, 3.5, 1024], [5]);
    const z = double(() => gamma(seeded(5), shapes()));
    double(() => logGamma(seeded(5), shapes())).forEach((y, i) => {
      expect(Math.abs(Math.exp(y) / z[i] - 1)).toBeLessThan(1e-12);
    });
    single(() => gamma(seeded(5), fromHost([0.25, 1, 3.5, 1024], [4]))).forEach((v, i) => {
      const wide = double(() => gamma(seeded(5), fromHost([0.25, 1, 3.5, 1024], [4])));
      expect(v).toBe(Math.fround(wide[i]));
    });
  });

  it("is never 0 and has finite gradients, however small the concentration", () => {
    for (const run of [single, double])
      for (const a of [1e-30, 1e-6, 1e-3, 0.02, 1e8, 1e30]) {
        const parts = run(() => {
          const { value, gradient: slope } = gradient((at: Tensor) => gamma(seeded(6), at).sum().asScalar())(
            filled(a, 50),
          );
          return tf.concat([
            value.reshape([1]),
            slope,
            gamma(seeded(6), filled(a, 50)).log(),
            logGamma(seeded(6), filled(a, 50)),
          ]);
        });
        expect(parts.every(Number.isFinite), `at ${a}`).toBe(true);
      }
  });

  it("draws the logarithm where the number is too small for a double", () => {
    // log z = log G(1 + a) + log(U)/a, so that −a log z is standard exponential up to a.
    const a = 1e-5;
    const exponentials = double(() => logGamma(seeded(7), filled(a))).map((y) => 1 - Math.exp(a * y));
    expect(uniformP(exponentials)).toBeGreaterThan(leastP);
  });

  it("is NaN where the concentration is not above 0 and finite, and leaves the others alone", () => {
    const got = single(() => gamma(seeded(8), tf.tensor1d([0, 2, -1, Number.NaN, Number.POSITIVE_INFINITY])));
    expect(got.map(Number.isNaN)).toEqual([true, false, true, true, true]);
  });
});

describe("keys", () => {
  const laws: Readonly<Record<string, (key: Key, x: Tensor) => Tensor>> = {
    gamma,
    logGamma,
    poisson,
    binomial: (k, x) => binomial(k, tf.scalar(50), x.div(x.add(4))),
  };
  it.each(Object.entries(laws))("%s: same key, same draws; each element by itself", (_, draw) => {
    const run = (seed: number, x: readonly number[]): number[] => single(() => draw(seeded(seed), tf.tensor1d([...x])));
    const x = [0.4, 2, 13, 77];
    expect(run(1, x)).toEqual(run(1, x));
    expect(run(1, [...x, 5]).slice(0, 4)).toEqual(run(1, x));
    expect(run(1, [90, 2, 0.1, 77])[1]).toBe(run(1, x)[1]);
    expect(run(1, [90, 2, 0.1, 77])[3]).toBe(run(1, x)[3]);
    expect(run(2, x)).not.toEqual(run(1, x));
  });
  it.each(Object.entries(laws))("%s: neighbouring elements are independent", (_, draw) => {
    const values = double(() => draw(seeded(3), filled(3.5)));
    expect(Math.abs(correlationZ(values.slice(1), values.slice(0, -1)))).toBeLessThan(mostZ);
  });
});

/** The tape's slopes against the path of equal probability, P(a, z(a)) constant, found by Newton's method. */
describe("the implicit gradient follows the path of equal probability", () => {
  const pathOf = (a: number, y: number): ((moved: number) => number) => {
    const x = Math.exp(y);
    const up = x > a;
    const tail = up ? incompleteGammaUpper : incompleteGammaLower;
    const level = tail(a, x);
    return (moved) => {
      let at = y;
      for (let step = 0; step < 30; step++) {
        const h = 1e-5 * Math.abs(at || 1);
        const slope = (tail(moved, Math.exp(at + h)) - tail(moved, Math.exp(at - h))) / (2 * h);
        at -= (tail(moved, Math.exp(at)) - level) / slope;
      }
      return at;
    };
  };
  it.each([0.3, 0.9, 1.7, 6, 28, 45, 900])("at concentration %s, first and second order", (a) => {
    const shapes = (): Tensor => filled(a, 6);
    const slope = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
      gradient((at: Tensor) => f(at).sum().asScalar())(x).gradient;
    const y = double(() => logGamma(seeded(11), shapes()));
    const first = double(() => slope((x) => logGamma(seeded(11), x))(shapes()));
    const second = double(() => slope(slope((x) => logGamma(seeded(11), x)))(shapes()));
    const firstOfNumber = double(() => slope((x) => gamma(seeded(11), x))(shapes()));
    const secondOfNumber = double(() => slope(slope((x) => gamma(seeded(11), x)))(shapes()));
    y.forEach((at, i) => {
      const path = pathOf(a, at);
      const h = 1e-2 * a;
      const [down, here, up] = [path(a - h), path(a), path(a + h)];
      const [downTwo, upTwo] = [path(a - 2 * h), path(a + 2 * h)];
      const one = (8 * (up - down) - (upTwo - downTwo)) / (12 * h);
      const two = (16 * (up + down) - (upTwo + downTwo) - 30 * here) / (12 * h * h);
      expect(Math.abs(first[i] / one - 1), "first").toBeLessThan(1e-5);
      expect(Math.abs(second[i] / two - 1), "second").toBeLessThan(1e-4);
      // z = e^y: z′ = z y′ and z″ = z (y″ + y′²).
      expect(Math.abs(firstOfNumber[i] / (Math.exp(at) * first[i]) - 1)).toBeLessThan(1e-10);
      const bend = second[i] + first[i] ** 2;
      expect(Math.abs(secondOfNumber[i] / Math.exp(at) - bend)).toBeLessThan(
        1e-8 * (Math.abs(second[i]) + first[i] ** 2),
      );
    });
  });
  it("is continuous where its methods meet", () => {
    for (const [a, x] of [
      [3, 4],
      [29.999999999, 20],
      [29.999999999, 31],
      [45, 46],
    ]) {
      const near = [x * (1 - 1e-11), x * (1 + 1e-11)].map((at) => gammaShapeSlope(a, Math.log(at)).slope);
      const beside = gammaShapeSlope(a + 2e-9, Math.log(x)).slope;
      expect(Math.abs(near[0] / near[1] - 1)).toBeLessThan(1e-10);
      expect(Math.abs(beside / near[0] - 1)).toBeLessThan(1e-8);
    }
  });
  it("refuses a third derivative", () => {
    const slope = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
      gradient((at: Tensor) => f(at).sum().asScalar())(x).gradient;
    expect(() => slope(slope(slope((x) => gamma(seeded(1), x))))(tf.scalar(2))).toThrow(
      "gamma: a draw has two derivatives",
    );
  });
});

describe.each(known.poisson)("poisson of rate $rate", ({ rate, edges, masses }) => {
  const draws = double(() => poisson(seeded(21), filled(rate)));
  it("has its mean and variance", () => {
    expect(draws.every((v) => Number.isInteger(v) && v >= 0)).toBe(true);
    expect(Math.abs(meanZ(draws, rate, rate))).toBeLessThan(mostZ);
    if (rate > 0.1) expect(Math.abs(varianceZ(draws, rate, rate, 3 + 1 / rate))).toBeLessThan(mostZ);
  });
  it("falls into scipy's bins", () => expect(chiSquareP(countBins(draws, edges), masses)).toBeGreaterThan(leastP));
});

describe.each(known.binomial)("binomial of $count trials at $probability", ({ count, probability, edges, masses }) => {
  const draws = double(() => binomial(seeded(22), filled(count), tf.tensor1d([probability])));
  const variance = count * probability * (1 - probability);
  it("has its mean and variance", () => {
    expect(draws.every((v) => Number.isInteger(v) && v >= 0 && v <= count)).toBe(true);
    expect(Math.abs(meanZ(draws, count * probability, variance))).toBeLessThan(mostZ);
    const kurtosis = 3 + (1 - 6 * probability * (1 - probability)) / variance;
    expect(Math.abs(varianceZ(draws, count * probability, variance, kurtosis))).toBeLessThan(mostZ);
  });
  it("falls into scipy's bins", () => expect(chiSquareP(countBins(draws, edges), masses)).toBeGreaterThan(leastP));
});

/** Rejection is easiest to get wrong where it begins, at a mean of 10: many draws, value by value, against closed masses. */
describe("many draws where rejection begins", () => {
  const total = 400_000;
  const countsOf = (largest: number, draw: (uniforms: Uniforms) => number): number[] => {
    const counts = new Array<number>(largest + 2).fill(0);
    for (let i = 0; i < total; i++) counts[Math.min(largest + 1, draw(elementUniforms(17, 4, i)))]++;
    return counts;
  };
  const withRest = (masses: readonly number[]): number[] => [
    ...masses,
    Math.max(0, 1 - masses.reduce((a, b) => a + b)),
  ];
  const logFactorial = (k: number): number => lgamma(k + 1);

  it.each([9.99, 10, 13])("poisson of rate %s", (rate) => {
    const masses = range(41).map((k) => Math.exp(k * Math.log(rate) - rate - logFactorial(k)));
    const counts = countsOf(40, (uniforms) => poissonDraw(rate, uniforms));
    expect(chiSquareP(counts, withRest(masses))).toBeGreaterThan(leastP);
  });

  it.each([
    [21, 0.475],
    [21, 0.525],
    [40, 0.26],
    [1000, 0.0101],
  ])("binomial of %s trials at %s", (n, p) => {
    const choose = (k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
    const masses = range(41).map((k) => (k > n ? 0 : Math.exp(choose(k) + k * Math.log(p) + (n - k) * Math.log1p(-p))));
    const counts = countsOf(40, (uniforms) => binomialDraw(n, p, uniforms));
    expect(chiSquareP(counts, withRest(masses))).toBeGreaterThan(leastP);
  });
});

describe("counts at the ends", () => {
  it("poisson", () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const got = double(() => poisson(seeded(1), tf.tensor1d([0, -1, nan, infinity, 1e15])));
    expect(got.slice(0, 4)).toEqual([0, nan, nan, nan]);
    expect(Math.abs(got[4] - 1e15) / Math.sqrt(1e15)).toBeLessThan(mostZ);
  });
  it("binomial", () => {
    const { NaN: nan } = Number;
    const count = [0, 5, 5, 5, 2.5, -1, nan, 3, 3];
    const probability = [0.5, 0, 1, 1.5, 0.5, 0.5, 0.5, nan, -0.1];
    const got = double(() => binomial(seeded(1), tf.tensor1d(count), tf.tensor1d(probability)));
    expect(got).toEqual([0, 0, 5, nan, nan, nan, nan, nan, nan]);
  });
  it("broadcasts, refuses what does not fit, and has no gradient", () => {
    expect(tf.tidy(() => binomial(seeded(1), tf.tensor2d([[3], [4]]), tf.tensor1d([0.1, 0.2, 0.3])).shape)).toEqual([
      2, 3,
    ]);
    expect(() => binomial(seeded(1), tf.ones([3]), tf.ones([2]))).toThrow("binomial: count of shape [3] does not fit");
    const zero = single(
      () => gradient((x: Tensor) => poisson(seeded(1), x).sum().asScalar())(tf.tensor1d([3])).gradient,
    );
    expect(zero).toEqual([0]);
  });
});
