import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import type { Cumulative, Distribution, Moments } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";
import { key } from "../../src/ops/random.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";
import { chiSquareZ } from "./statistics.ts";
import { build, discrete, type Value } from "./table.ts";

type Log = number | "inf" | "-inf";
interface Known {
  readonly parameters: readonly Value[];
  readonly mean: number;
  readonly variance: number;
  readonly at: readonly { readonly x: number; readonly logCdf: Log; readonly logSurvival: Log }[];
}
const { rows } = JSON.parse(readFileSync(new URL("../known/discrete.json", import.meta.url), "utf8")) as {
  rows: Readonly<Record<string, readonly Known[]>>;
};

type Full = Distribution & Moments & Cumulative;
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const decode = (x: Log): number => (typeof x === "number" ? x : x === "inf" ? Infinity : -Infinity);
const first = (x: Tensor): number => hostValues(x)[0];
/** Relative to the value; what is nearer than 1e-15 is rounding of a probability near 1. */
const expectNear = (got: number, expected: number, tolerance: number, label: string): void => {
  const near =
    Object.is(got, expected) || got === expected || Math.abs(got - expected) <= tolerance * Math.abs(expected) + 1e-15;
  expect(near, `${label}: got ${got}, expected ${expected}`).toBe(true);
};

it("has reference tails for every one, or for what it is another form of", () => {
  const others = ["bernoulliLogits", "binomialLogits", "poissonLog"];
  expect([...Object.keys(rows), ...others].sort()).toEqual(Object.keys(discrete).sort());
});

describe.each(Object.entries(rows))("%s", (name, known) => {
  const made = known.map((each) => ({ ...each, one: build(discrete[name], each.parameters) as Full }));

  it("has the moments of the reference", () =>
    exactly(() => {
      for (const { one, mean, variance, parameters } of made) {
        const label = `${name}(${JSON.stringify(parameters)})`;
        expectNear(first(one.mean()), mean, 1e-12, `mean of ${label}`);
        // A variance that is a difference of moments loses what they have in common.
        const size = mean ** 2 + variance;
        expect(Math.abs(first(one.variance()) - variance), `variance of ${label}`).toBeLessThanOrEqual(1e-13 * size);
        expect(one.mean().shape).toEqual([]);
      }
    }));

  it("has the tails of the reference", () =>
    exactly(() => {
      for (const { one, at, parameters } of made)
        for (const { x, ...expected } of at) {
          const label = `${name}(${JSON.stringify(parameters)}) at ${x}`;
          expectNear(first(one.logCdf(tf.scalar(x))), decode(expected.logCdf), 1e-10, `logCdf of ${label}`);
          expectNear(
            first(one.logSurvival(tf.scalar(x))),
            decode(expected.logSurvival),
            1e-10,
            `logSurvival of ${label}`,
          );
          expectNear(first(one.cdf(tf.scalar(x))), Math.exp(decode(expected.logCdf)), 1e-10, `cdf of ${label}`);
        }
    }));
});

describe.each(Object.entries(discrete))("the tails of %s", (name, row) => {
  const points = [...row.points.slice(0, 2), row.points[1] + 0.5];
  const shapeOf = (x: Value): number[] => (typeof x === "number" ? [] : [x.length]);
  const parameters = row.parameters.map((x) => real(shapeOf(x), [x].flat() as number[]));
  /** What is no real number, or makes the bounds of the support, stays as it is. */
  const isPlain = (i: number): boolean =>
    ["hypergeometric", "discreteUniform"].includes(name) || (row.real !== undefined && !row.real.includes(i));
  const plain = row.parameters.map((x, i) => (isPlain(i) ? x : undefined));
  const make = (all: readonly Tensor[]): Full =>
    build(
      row,
      all.map((x, i) => plain[i] ?? x),
    ) as Full;

  it("are those of its probabilities, and known beyond them", () =>
    exactly(() => {
      const one = build(row, row.parameters) as Full;
      const outcomes = Float64Array.from({ length: 300 }, (_, k) => k);
      const probabilities = hostValues(one.logProb(fromHost(outcomes, [300]))).map(Math.exp);
      for (const x of points) {
        const below = probabilities.reduce((sum, p, k) => (k <= x ? sum + p : sum), 0);
        const above = probabilities.reduce((sum, p, k) => (k > x ? sum + p : sum), 0);
        expectNear(first(one.cdf(tf.scalar(x))), below, 1e-12, `cdf at ${x}`);
        expectNear(Math.exp(first(one.logSurvival(tf.scalar(x)))), above, 1e-11, `survival at ${x}`);
      }
      const mean = probabilities.reduce((sum, p, k) => sum + p * k, 0);
      expectNear(first(one.mean()), mean, 1e-12, "mean");
      expectNear(
        first(one.variance()),
        probabilities.reduce((sum, p, k) => sum + p * (k - mean) ** 2, 0),
        1e-11,
        "variance",
      );
      const far = fromHost([Number.NEGATIVE_INFINITY, -7.5, 1e9, Number.POSITIVE_INFINITY, Number.NaN], [5]);
      expect([...hostValues(one.cdf(far))]).toEqual([0, 0, 1, 1, Number.NaN]);
      const [least, most] = [Number.NEGATIVE_INFINITY, 0];
      expect([...hostValues(one.logCdf(far))].map((v) => v + 0)).toEqual([least, least, most, most, Number.NaN]);
      const survival = [...hostValues(one.logSurvival(far))];
      expect([survival[0], survival[1], survival[3], survival[4]].map((v) => v + 0)).toEqual([0, 0, least, Number.NaN]);
      expect(survival[2]).toBeLessThan(-100);
    }));

  it("are one in both engines, with the slopes of finite differences", () => {
    const which = row.parameters.flatMap((_, i) => (plain[i] === undefined ? [i + 1] : []));
    const total = ([x, ...all]: readonly Tensor[]): Tensor => {
      const one = make(all);
      return one.logCdf(x).sum().add(one.logSurvival(x).cos().sum()).add(one.cdf(x).sin().sum());
    };
    const below = points.filter((x) => x < (row.points.at(-1) as number));
    const inputs = [real([below.length], below), ...parameters];
    const both = which.length > 0 ? withSlopesIn(total, which) : total;
    expectEnginesAgree(name, both as typeof total, inputs, { tolerance: 1e-11 });
    if (which.length === 0) return;
    expectDifferences(name, total, inputs, which);
    const moments = ([...all]: readonly Tensor[]): Tensor => make(all).mean().sin().add(make(all).variance().cos());
    expectDifferences(
      `${name}, moments`,
      moments,
      parameters,
      which.map((i) => i - 1),
    );
  });
});

describe("with a shape of its own", () => {
  it("moments have it, and tails broadcast", () =>
    exactly(() => {
      for (const one of [
        d.poisson([1, 2], [3, 2]),
        d.categorical([0.2, 0.8], [3, 2]),
        d.orderedProbit([0.1, 0.2], [0, 1], [3, 2]),
        d.zeroInflated(d.poisson([1, 2]), 0.3, [3, 2]),
        d.betaBinomial([4, 9], 1, 2, [3, 2]),
        d.hypergeometric(20, [4, 9], 7, [3, 2]),
        d.mixture([0.5, 0.5], [d.poisson([1, 2]), d.poisson(4)], [3, 2]),
      ]) {
        expect(one.mean().shape, one.name).toEqual([3, 2]);
        expect(one.variance().shape).toEqual([3, 2]);
        expect(one.cdf(tf.ones([5, 3, 2])).shape).toEqual([5, 3, 2]);
      }
      const totals = d.betaBinomial([4, 9], 1.5, 2);
      const apart = [4, 9].map((n) => first(d.betaBinomial(n, 1.5, 2).logCdf(tf.scalar(3))));
      for (const [i, value] of hostValues(totals.logCdf(tf.scalar(3))).entries())
        expectNear(value, apart[i], 1e-14, "cdf");
    }));
});

describe("totals that are tensors", () => {
  it("have no tails, since their number of outcomes is not known; all else is alike", () =>
    exactly(() => {
      const [open, closed] = [d.betaBinomial(tf.scalar(9), 1.5, 2), d.betaBinomial(9, 1.5, 2)];
      expect("cdf" in open).toBe(false);
      expectNear(first(open.logProb(tf.scalar(3))), first(closed.logProb(tf.scalar(3))), 1e-15, "betaBinomial");
      const all = [40, 15, 12].map((n) => tf.scalar(n)) as Tensor[];
      const urn = d.hypergeometric(all[0], all[1], all[2]);
      expect("cdf" in urn).toBe(false);
      const plain = d.hypergeometric(40, 15, 12);
      expect([...hostValues(urn.sample(key(hostKey(3)), [500]))]).toEqual([
        ...hostValues(plain.sample(key(hostKey(3)), [500])),
      ]);
      const large = d.hypergeometric(1e6, 3e5, tf.scalar(2e4) as Tensor);
      const draws = hostValues(large.sample(key(hostKey(4)), [1000]));
      const mean = draws.reduce((a, b) => a + b, 0) / 1000;
      expect(Math.abs(mean - 6000) / Math.sqrt(first(large.variance()) / 1000)).toBeLessThan(4.5);
    }));
});

describe("gates by logits", () => {
  it("are the same, and keep their digits where the probability has none", () =>
    exactly(() => {
      const logit = Math.log(0.3 / 0.7);
      const x = fromHost([0, 1, 4], [3]);
      const base = d.poisson(2.5);
      for (const [one, other] of [
        [d.zeroInflated(base, 0.3), d.zeroInflated(base, { logits: logit })],
        [d.hurdle(base, 0.3), d.hurdle(base, { logits: logit })],
      ]) {
        const got = hostValues(other.logProb(x));
        for (const [i, value] of hostValues(one.logProb(x)).entries()) expectNear(got[i], value, 1e-14, one.name);
        expectNear(first(other.mean()), first(one.mean()), 1e-14, "mean");
        expectNear(first(other.logCdf(x)), first(one.logCdf(x)), 1e-14, "cdf");
      }
      expectNear(first(d.zeroInflated(d.poisson(1000), { logits: -800 }).logProb(tf.scalar(0))), -800, 1e-15, "far");
      const inflated = d.zeroInflated(d.geometric(0.2), { logits: 1 });
      const outcomes = Float64Array.from({ length: 200 }, (_, k) => k);
      const probabilities = [...hostValues(inflated.logProb(fromHost(outcomes, [200])))].map(Math.exp);
      expect(Math.abs(chiSquareZ(hostValues(inflated.sample(key(hostKey(8)), [20_000])), probabilities))).toBeLessThan(
        3.5,
      );
    }));
});

describe("errors", () => {
  it.each<[() => unknown, string]>([
    [() => d.hypergeometric(10, 11, 3), "hypergeometric: successes must be a whole number from 0 to 10, got 11"],
    [() => d.hypergeometric(10, 5, 12), "hypergeometric: draws must be a whole number from 0 to 10, got 12"],
    [() => d.discreteUniform(3, 1), "discreteUniform: high must be a whole number from 3, got 1"],
    [() => d.discreteUniform(0.5, 1), "discreteUniform: low must be a whole number, got 0.5"],
    [() => d.geometric(0), "geometric: probs must be above 0 and at most 1, got 0"],
    [() => d.negativeBinomialProbs(0, 0.5), "negativeBinomialProbs: total must be positive and finite, got 0"],
    [
      () => d.orderedLogistic(0, [1, 0]),
      "orderedLogistic: cutpoints must be a vector of finite numbers in increasing order, got 1, 0",
    ],
    [
      () => d.orderedProbit(0, 1),
      "orderedProbit: cutpoints must be a vector [..., K − 1] for K categories, got a scalar",
    ],
    [
      () => d.zeroInflated(d.normal(0, 1), 0.5),
      "zeroInflated: expected a distribution of whole numbers, got normal, which is continuous: no value of it is 0",
    ],
    [() => d.zeroInflated(d.poisson(1), 1.5), "zeroInflated: gate must be between 0 and 1, got 1.5"],
    [() => d.hurdle(3 as never, 0.5), "hurdle: expected a distribution such as poisson(3), got number"],
  ])("%#", (make, message) => expect(make).toThrow(message));
});
