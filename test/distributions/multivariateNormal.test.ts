import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { multivariateNormal, normal } from "../../src/distributions/index.ts";
import type { Spread } from "../../src/distributions/spread.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { quadrature } from "./quadrature.ts";
import { slope } from "./slopes.ts";
import { kolmogorovSmirnov } from "./statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const covariance = [
  [4, 1, 0.5],
  [1, 2, -0.25],
  [0.5, -0.25, 1],
];
const factor = [
  [2, 0, 0],
  [0.5, Math.sqrt(1.75), 0],
  [0.25, -0.375 / Math.sqrt(1.75), Math.sqrt(1 - 0.0625 - 0.140625 / 1.75)],
];
const loc = [1, -2, 3];

it("is the same by covariance and by Cholesky factor, one by one and in a batch", () =>
  exactly(() => {
    const x = fromHost([0, 0, 0, 1, 2, 3, -4, 5, 2.5, 1, -2, 3], [2, 2, 3]);
    const one = multivariateNormal(loc, { covariance }).logProb(x);
    const other = multivariateNormal(loc, { choleskyFactor: factor }).logProb(x);
    const stacked = multivariateNormal(loc, { covariance: tf.tensor([covariance, covariance]) }).logProb(x);
    expect(one.shape).toEqual([2, 2]);
    for (const each of [other, stacked])
      for (const [i, value] of hostValues(each).entries())
        expect(Math.abs(value - hostValues(one)[i])).toBeLessThan(1e-11);
  }));

it("integrates to 1", () =>
  exactly(() => {
    const steps = range(201).map((i) => (i - 100) / 5);
    const grid = fromHost(
      steps.flatMap((a) => steps.flatMap((b) => [a, b])),
      [steps.length ** 2, 2],
    );
    const density = multivariateNormal([0.5, -1], {
      covariance: [
        [1, 0.9],
        [0.9, 2],
      ],
    })
      .logProb(grid)
      .exp();
    expect(Math.abs(hostValues(density.sum())[0] / 25 - 1)).toBeLessThan(1e-10);
  }));

describe.each<[string, Spread]>([
  ["covariance", { covariance }],
  ["choleskyFactor", { choleskyFactor: factor }],
])("by %s", (_, spread) => {
  it("draws what its log-density says, in every direction", () =>
    exactly(() => {
      const draws = hostValues(multivariateNormal(loc, spread).sample(key(hostKey(1)), [20_000]));
      for (const a of [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, -1, 2],
        [2, 1, -1],
      ]) {
        const dot = (row: ArrayLike<number>): number => a.reduce((sum, each, i) => sum + each * row[i], 0);
        const along = Float64Array.from({ length: 20_000 }, (_, i) => dot(draws.subarray(3 * i, 3 * i + 3)));
        const variance = dot(covariance.map(dot));
        const { cdf } = quadrature(normal(dot(loc), Math.sqrt(variance)));
        expect(kolmogorovSmirnov(along, cdf)).toBeLessThan(1.95);
      }
    }));
});

it("has slopes in x, loc and either matrix as finite differences have", () =>
  exactly(() => {
    const at = { x: [0.5, -1, 2], loc, factor: factor.flat(), covariance: covariance.flat() };
    const sides = {
      x: (v: Tensor) => multivariateNormal(loc, { covariance }).logProb(v),
      loc: (v: Tensor) => multivariateNormal(v, { covariance }).logProb(fromHost(at.x, [3])),
      factor: (v: Tensor) => multivariateNormal(loc, { choleskyFactor: v }).logProb(fromHost(at.x, [3])),
      covariance: (v: Tensor) => {
        const symmetric = v.add(v.transpose()).div(2);
        return multivariateNormal(loc, { covariance: symmetric }).logProb(fromHost(at.x, [3]));
      },
    };
    for (const name of Object.keys(sides) as (keyof typeof sides)[]) {
      const values = at[name];
      const shape = values.length === 9 ? [3, 3] : [3];
      const logProb = (v: Tensor): Scalar => sides[name](v).sum() as Scalar;
      const got = hostValues(gradient(logProb)(fromHost(values, shape)).gradient);
      for (const [j, own] of values.entries()) {
        if (name === "factor" && j % 3 > Math.floor(j / 3)) continue;
        const expected = slope(
          (v) =>
            hostValues(
              logProb(
                fromHost(
                  values.map((u, k) => (k === j ? v : u)),
                  shape,
                ),
              ),
            )[0],
          own,
          1e-3,
        );
        expect(Math.abs(got[j] - expected), `${name}[${j}]`).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
      }
    }
  }));

it("keeps shapes", () =>
  exactly(() => {
    const wide = multivariateNormal(0, { covariance }, [4, 3]);
    expect(wide.shape).toEqual([4, 3]);
    const draws = wide.sample(key(hostKey(2)), [2]);
    expect(draws.shape).toEqual([2, 4, 3]);
    expect(wide.logProb(draws).shape).toEqual([2, 4]);
    expect(wide.support.contains(draws).shape).toEqual([2, 4]);
  }));

it("is −∞ at ±∞, NaN at NaN and where the covariance is no covariance", () =>
  exactly(() => {
    const one = multivariateNormal(loc, { covariance });
    const at = (...x: number[]): number => hostValues(one.logProb(fromHost(x, [3])))[0];
    expect(at(0, Infinity, -Infinity)).toBe(-Infinity);
    expect(at(0, Number.NaN, 1)).toBeNaN();
    const wrong = {
      covariance: [
        [1, 2],
        [2, 1],
      ],
    };
    const { value, within } = multivariateNormal(0, wrong).parameters.covariance;
    expect(hostValues(multivariateNormal(0, wrong).logProb(tf.zeros([2])))[0]).toBeNaN();
    expect(hostValues(within.contains(tf.tensor(value as never)))[0]).toBe(0);
    expect(hostValues(one.parameters.covariance.within.contains(tf.tensor(covariance)))[0]).toBe(1);
    const factors = multivariateNormal(loc, { choleskyFactor: factor }).parameters.choleskyFactor.within;
    expect(hostValues(factors.contains(tf.tensor(factor)))[0]).toBe(1);
    expect(hostValues(factors.contains(tf.tensor(covariance)))[0]).toBe(0);
  }));

it.each<[unknown[], string]>([
  [[0, { covarience: [[1]] }], 'multivariateNormal: unknown option "covarience" (did you mean "covariance"?)'],
  [
    [0, {}],
    "multivariateNormal: expected one of { covariance }, { choleskyFactor }, { precision }, { factor, diagonal }, got none",
  ],
  [
    [0, 3],
    "multivariateNormal: expected one of { covariance }, { choleskyFactor }, { precision }, { factor, diagonal }, got 3",
  ],
  [[0, { covariance: [[1, 2]] }], "multivariateNormal: covariance must be a square matrix [..., n, n], got [1, 2]"],
  [[[0, 0], { covariance }], "multivariateNormal: a parameter of shape [3] does not fit the others, [2]"],
  [[Number.NaN, { covariance }], "multivariateNormal: loc must be finite, got NaN"],
])("refuses %j", (parameters, message) => {
  expect(() => (multivariateNormal as (...all: unknown[]) => unknown)(...parameters)).toThrow(message);
});
