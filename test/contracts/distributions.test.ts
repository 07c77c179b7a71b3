import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { FluvialError } from "../../src/core/check.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import type { Continuous } from "../../src/distributions/distribution.ts";
import { distributions, normal } from "../../src/distributions/index.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { apart } from "../distributions/matrixTable.ts";
import { quadrature } from "../distributions/quadrature.ts";
import { slope } from "../distributions/slopes.ts";
import { chiSquareZ, kolmogorovSmirnov } from "../distributions/statistics.ts";
import { build, continuous, discrete, scalars, type Value } from "../distributions/table.ts";
import { constructorOf, vectors } from "../distributions/vectorTable.ts";

interface Known {
  readonly parameters: readonly unknown[];
  readonly x: Value;
  readonly logProb: number | "inf" | "-inf";
}
type KnownRows = Readonly<Record<string, readonly Known[]>>;
const folder = new URL("../known/distributions/", import.meta.url);
/** Every file of reference values, one for each program that writes some. */
const known: { readonly rows: KnownRows } = {
  rows: Object.assign(
    {},
    ...readdirSync(folder).map(
      (name) => (JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { rows: KnownRows }).rows,
    ),
  ),
};

const decode = (value: number | string): number =>
  typeof value === "number" ? value : value === "inf" ? Infinity : -Infinity;
const shapeOf = (x: Value): number[] => (typeof x === "number" ? [] : [x.length]);
const tensorOf = (x: Value): Tensor => fromHost(typeof x === "number" ? [x] : x, shapeOf(x));
const flat = (x: Value): number[] => (typeof x === "number" ? [x] : [...x]);
const seed = (n: number): Key => key(hostKey(n));

const construct = (name: string, parameters: readonly unknown[]): { logProb(x: Tensor): Tensor } =>
  build(scalars[name], parameters as Value[]);

/** Runs in double and leaves no tensors behind. */
const exactly = <T>(f: () => T): T => inDouble(() => tf.tidy(f as () => tf.TensorContainer)) as T;

it("has reference values and a row for every constructor", () => {
  const names = Object.keys(distributions).sort();
  expect([...new Set(Object.keys(known.rows).map(constructorOf))].sort()).toEqual(names);
  expect([...new Set([...Object.keys(scalars), ...Object.keys(vectors).map(constructorOf), ...apart])].sort()).toEqual(
    names,
  );
});

describe.each(Object.entries(known.rows).filter(([name]) => name in scalars))("%s", (name, rows) => {
  it("gives the reference log-densities", () => {
    const built = rows.map(({ parameters }) => construct(name, parameters));
    exactly(() => {
      for (const [i, { parameters, x, logProb }] of rows.entries()) {
        const [got] = hostValues(built[i].logProb(tensorOf(x)));
        const expected = decode(logProb);
        const label = `${name}(${JSON.stringify(parameters)}) at ${x}: got ${got}, expected ${expected}`;
        if (!Number.isFinite(expected)) expect(got, label).toBe(expected);
        else expect(Math.abs(got - expected) <= 1e-10 * Math.max(1, Math.abs(expected)), label).toBe(true);
      }
    });
  });
});

describe.each(Object.entries(scalars))("%s", (name, row) => {
  const { parameters, points } = row;
  const real = row.real ?? parameters.map((_, i) => i);

  it("has slopes in its parameters as finite differences have", () =>
    exactly(() => {
      for (const x of points)
        for (const index of real) {
          const own = flat(parameters[index]);
          const logProb = (value: Tensor): Scalar =>
            build(
              row,
              parameters.map((each, i) => (i === index ? value : each)),
            )
              .logProb(tf.scalar(x))
              .sum() as Scalar;
          const got = hostValues(gradient(logProb)(tensorOf(parameters[index])).gradient);
          for (const [j, at] of own.entries()) {
            const along = (v: number): number =>
              hostValues(
                logProb(
                  fromHost(
                    own.map((u, k) => (k === j ? v : u)),
                    shapeOf(parameters[index]),
                  ),
                ),
              )[0];
            const expected = slope(along, at);
            const label = `${name} at ${x}, parameter ${index}[${j}]: got ${got[j]}, expected ${expected}`;
            expect(Math.abs(got[j] - expected) <= 1e-7 * Math.max(1, Math.abs(expected)), label).toBe(true);
          }
        }
    }));

  it("is −∞ outside its support and NaN at NaN, with slopes that are numbers", () =>
    exactly(() => {
      const one = build(row, parameters);
      const inputs = { x: tf.scalar(0) as Tensor, all: parameters.map((each) => tensorOf(each)) };
      for (const x of [-1e6, 1e6, 0.25, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
        if (hostValues(one.support.contains(tf.scalar(x)))[0]) continue;
        expect(hostValues(one.logProb(tf.scalar(x)))[0], `${name} at ${x}`).toBe(Number.NEGATIVE_INFINITY);
        if (!Number.isFinite(x)) continue;
        const logProb = ({ x, all }: typeof inputs): Scalar => build(row, all).logProb(x).sum() as Scalar;
        const slopes = gradient(logProb)({ ...inputs, x: tf.scalar(x) }).gradient;
        for (const each of name in continuous ? [slopes.x, ...slopes.all] : slopes.all)
          expect([...hostValues(each)].every((g) => g === 0)).toBe(true);
      }
      expect(hostValues(build(row, parameters).logProb(tf.scalar(Number.NaN)))[0]).toBeNaN();
    }));

  it("broadcasts: draws [batch, shape], log-densities per element", () =>
    exactly(() => {
      const event = shapeOf(parameters[0]);
      const single = build(row, parameters);
      expect(single.shape).toEqual([]);
      const wide = build(row, [tf.broadcastTo(tensorOf(parameters[0]), [2, ...event]), ...parameters.slice(1)], [4, 2]);
      expect(wide.shape).toEqual([4, 2]);
      const draws = wide.sample(seed(1), [3]);
      expect(draws.shape).toEqual([3, 4, 2]);
      const logProb = wide.logProb(draws);
      expect(logProb.shape).toEqual([3, 4, 2]);
      expect([...hostValues(logProb)]).toEqual([...hostValues(single.logProb(draws))]);
      expect(wide.logProb(tf.scalar(points[0])).rank).toBeLessThanOrEqual(2);
    }));

  it("draws the same from the same key, inside its support, in either precision", () => {
    const precisions = [(f: () => void) => exactly(f), (f: () => void) => tf.tidy(f)];
    for (const run of precisions)
      for (const hard of [parameters, ...(row.hard ?? [])])
        run(() => {
          const one = build(row, hard);
          const draws = one.sample(seed(2), [2000]);
          expect([...hostValues(draws)]).toEqual([...hostValues(one.sample(seed(2), [2000]))]);
          const label = `${name}(${hard})`;
          expect(hostValues(one.support.contains(draws)).every(Boolean), label).toBe(true);
          expect(hostValues(one.logProb(draws)).some(Number.isNaN), label).toBe(false);
        });
  });

  it("makes no tensor when it is built from numbers", () => {
    const before = tf.memory().numTensors;
    build(row, parameters);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a parameter that is missing or out of its set, by name", () => {
    expect(() => build(row, [undefined as never])).toThrow(FluvialError);
    if (!row.positive) return;
    const [index, parameter] = row.positive;
    const bad = parameters.map((each, i) => (i === index ? -1 : each));
    expect(() => build(row, bad)).toThrow(new RegExp(`^${name}: ${parameter} must be .*, got -1$`));
  });
});

const draws = 20_000;

describe.each(Object.entries(continuous))("%s", (name, row) => {
  const one = build(row, row.parameters) as Continuous;

  it("has slopes in x as finite differences have", () =>
    exactly(() => {
      const logProb = (x: Tensor): Scalar => one.logProb(x).sum() as Scalar;
      for (const x of row.points) {
        const [got] = hostValues(gradient(logProb)(tf.scalar(x) as Tensor).gradient);
        const expected = slope((at) => hostValues(logProb(tf.scalar(at)))[0], x);
        const label = `${name} at ${x}: got ${got}, expected ${expected}`;
        expect(Math.abs(got - expected) <= 1e-7 * Math.max(1, Math.abs(expected)), label).toBe(true);
      }
    }));

  it("has second slopes in x as finite differences of the first have", () =>
    exactly(() => {
      const first = (x: Tensor): Tensor => gradient((at: Tensor) => one.logProb(at).sum() as Scalar)(x).gradient;
      for (const x of row.points) {
        const [got] = hostValues(gradient((at: Tensor) => first(at).sum() as Scalar)(tf.scalar(x) as Tensor).gradient);
        const expected = slope((at) => hostValues(first(tf.scalar(at)))[0], x);
        const label = `${name} at ${x}: got ${got}, expected ${expected}`;
        expect(Math.abs(got - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), label).toBe(true);
      }
    }));

  it("moves its draws with its parameters as the mean of a bounded function moves", () =>
    exactly(() => {
      const batches = range(40);
      for (const index of row.parameters.keys()) {
        const at = (value: number | Tensor): Continuous =>
          build(
            row,
            row.parameters.map((each, i) => (i === index ? value : each)),
          ) as Continuous;
        const slopes = batches.map((batch) => {
          const mean = (value: Tensor): Scalar =>
            at(value)
              .sample(seed(100 + batch), [250])
              .atan()
              .mean() as Scalar;
          return hostValues(gradient(mean)(tf.scalar(row.parameters[index] as number) as Tensor).gradient)[0];
        });
        const expected = slope((v) => quadrature(at(v)).mean(Math.atan), row.parameters[index] as number, 1e-2);
        const mean = slopes.reduce((a, b) => a + b, 0) / batches.length;
        const variance = slopes.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (batches.length - 1);
        const z = (mean - expected) / Math.sqrt(variance / batches.length);
        expect(Math.abs(z), `${name}, parameter ${index}: got ${mean}, expected ${expected}`).toBeLessThan(4.5);
      }
    }));

  it("integrates to 1, and draws what its log-density says", () =>
    exactly(() => {
      const { total, cdf } = quadrature(one);
      expect(Math.abs(total - 1)).toBeLessThan(1e-6);
      expect(kolmogorovSmirnov(hostValues(one.sample(seed(3), [draws])), cdf)).toBeLessThan(1.95);
    }));
});

describe.each(Object.entries(discrete))("%s", (_, row) => {
  it("sums to 1, and draws what its log-density says", () =>
    exactly(() => {
      const one = build(row, row.parameters);
      const outcomes = fromHost(
        Array.from({ length: 500 }, (_, k) => k),
        [500],
      );
      const probabilities = [...hostValues(one.logProb(outcomes))].map(Math.exp);
      expect(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
      expect(Math.abs(chiSquareZ(hostValues(one.sample(seed(4), [draws])), probabilities))).toBeLessThan(3.5);
    }));
});

describe("the tests of draws", () => {
  it("see a scale that is 5 % off", () =>
    exactly(() => {
      const wide = hostValues(normal(0, 1.05).sample(seed(5), [draws]));
      expect(kolmogorovSmirnov(wide, quadrature(normal(0, 1)).cdf)).toBeGreaterThan(1.95);
    }));

  it("see a rate that is 5 % off", () =>
    exactly(() => {
      const outcomes = fromHost(
        Array.from({ length: 60 }, (_, k) => k),
        [60],
      );
      const probabilities = [...hostValues(distributions.poisson(4).logProb(outcomes))].map(Math.exp);
      expect(
        chiSquareZ(hostValues(distributions.poisson(4.2).sample(seed(6), [draws])), probabilities),
      ).toBeGreaterThan(3.5);
    }));
});
