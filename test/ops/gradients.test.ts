import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import * as special from "../../src/ops/special.ts";
import { stopGradient } from "../../src/ops/stopGradient.ts";
import { differences } from "./accuracy.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const slope =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    gradient((at: Tensor) => f(at).sum().asScalar())(x).gradient;

const valuesOf = (f: (x: Tensor) => Tensor, x: ArrayLike<number>): number[] =>
  tf.tidy(() => [...inDouble(() => hostValues(f(fromHost(x, [x.length]))))]);

/** The slope of an elementwise f by differences, element by element. */
const byDifferences = (f: (x: Tensor) => Tensor, x: readonly number[]): number[] =>
  x.map((at) => differences(([moved]) => valuesOf(f, [moved])[0], [at], 1e-4)[0]);

const line = [-6.1, -2.3, -0.7, -0.01, 0.02, 0.4, 1.3, 2.9, 5.2];
const positive = [0.013, 0.3, 0.77, 1.2, 1.47, 1.9, 3.4, 7.7, 9.1, 55];
const unit = [0.001, 0.1, 0.34, 0.5, 0.77, 0.96];

const ops: Readonly<Record<string, readonly [(x: Tensor) => Tensor, readonly number[]]>> = {
  exp: [special.exp, line],
  sigmoid: [special.sigmoid, line],
  tanh: [special.tanh, line],
  softplus: [special.softplus, line],
  logSigmoid: [special.logSigmoid, line],
  log1mexp: [special.log1mexp, [-5.2, -2, -0.8, -0.6, -0.1, -0.01]],
  erf: [special.erf, [-2.3, -0.7, -0.01, 0.02, 0.4, 1.3, 2.2]],
  erfc: [special.erfc, [-2.3, -0.7, 0.02, 0.4, 1.3, 2.9, 4.2]],
  erfinv: [special.erfinv, [-0.97, -0.6, -0.1, 0.02, 0.3, 0.88]],
  normalCdf: [special.normalCdf, line],
  normalLogCdf: [special.normalLogCdf, [-30, ...line]],
  normalQuantile: [special.normalQuantile, unit],
  digamma: [special.digamma, [...positive, -0.4, -2.3]],
  lgamma: [special.lgamma, [...positive, -0.4, -2.3]],
  "polygamma 2": [(x) => special.polygamma(2, x), positive],
  "logBeta in its first": [(x) => special.logBeta(x, tf.scalar(2.5)), positive],
  "logBeta in its second": [(x) => special.logBeta(tf.scalar(11), x), positive],
  "logBeta in both": [(x) => special.logBeta(x, x.mul(3)), positive],
};

/** A fourth-order formula with steps of 1e-4 |x| is exact to about 1e-9 of the values that it subtracts. */
const close = (got: ArrayLike<number>, want: readonly number[], size: ArrayLike<number>, name: string): void => {
  want.forEach((value, i) => {
    expect(
      Math.abs(got[i] - value) / (Math.abs(value) + 1e-3 * Math.abs(size[i]) + 1e-4),
      `${name}, element ${i}`,
    ).toBeLessThan(1e-7);
  });
};

describe.each(Object.entries(ops))("%s", (name, [f, x]) => {
  it("has the slope that differences show", () => {
    close(valuesOf(slope(f), x), byDifferences(f, x), valuesOf(f, x), name);
  });
  it("has the curvature that differences of the slope show", () => {
    const first = slope(f);
    close(valuesOf(slope(first), x), byDifferences(first, x), valuesOf(first, x), name);
  });
  it("has the third derivative that differences of the curvature show", () => {
    const second = slope(slope(f));
    close(valuesOf(slope(second), x), byDifferences(second, x), valuesOf(second, x), name);
  });
});

describe("stopGradient", () => {
  it("is the identity", () => expect(valuesOf(stopGradient, line)).toEqual(line));
  it("counts as a constant", () => {
    const x = [0.3, -2];
    expect([
      ...valuesOf(
        slope((at) => at.mul(stopGradient(at))),
        x,
      ),
    ]).toEqual(x);
    expect(valuesOf(slope(stopGradient), x)).toEqual([0, 0]);
    expect(valuesOf(slope(slope((at) => stopGradient(at.square()).mul(at))), x)).toEqual([0, 0]);
  });
});

it("works in single precision, rounding once", () => {
  const x = [0.1, 1.5, 30].map(Math.fround);
  const got = tf.tidy(() => [...hostValues(special.lgamma(fromHost(x, [3])))]);
  expect(got).toEqual(valuesOf(special.lgamma, x).map(Math.fround));
});

it("keeps the shape, scalars and empty tensors too", () => {
  tf.tidy(() => {
    expect(special.erf(tf.scalar(0.5)).shape).toEqual([]);
    expect(special.lgamma(tf.ones([2, 3, 4])).shape).toEqual([2, 3, 4]);
    expect(special.softplus(tf.zeros([0, 2])).shape).toEqual([0, 2]);
    expect(special.logBeta(tf.ones([3, 1]), tf.ones([2])).shape).toEqual([3, 2]);
  });
});

it("refuses what does not fit", () => {
  expect(() => special.logBeta(tf.ones([3]), tf.ones([2]))).toThrow(
    "logBeta: a of shape [3] does not fit b of shape [2]",
  );
  expect(() => special.polygamma(0, tf.scalar(1))).toThrow("polygamma: n: expected a whole number from 1, got 0");
});
