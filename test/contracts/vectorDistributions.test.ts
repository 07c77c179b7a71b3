import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { range, sizeOf } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Shape, type Tensor } from "../../src/core/tensor.ts";
import type { Distribution, Moments } from "../../src/distributions/distribution.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import type { Support } from "../../src/transforms/support.ts";
import { slope } from "../distributions/slopes.ts";
import { type Nested, type VectorRow, vectors } from "../distributions/vectorTable.ts";

interface Known {
  readonly parameters: readonly Nested[];
  readonly x: Nested;
  readonly logProb: number | "inf" | "-inf";
}
const folder = new URL("../known/distributions/", import.meta.url);
const known: Readonly<Record<string, readonly Known[]>> = Object.assign(
  {},
  ...readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")).rows),
);

const decode = (value: number | string): number =>
  typeof value === "number" ? value : value === "inf" ? Infinity : -Infinity;
const shapeOf = (x: Nested): number[] => (typeof x === "number" ? [] : [x.length, ...(x.length ? shapeOf(x[0]) : [])]);
const flat = (x: Nested): number[] => (typeof x === "number" ? [x] : x.flatMap(flat));
const tensorOf = (x: Nested): Tensor => fromHost(flat(x), shapeOf(x));
const seed = (n: number): Key => key(hostKey(n));
/** Runs in double and leaves no tensors behind. */
const exactly = <T>(f: () => T): T => inDouble(() => tf.tidy(f as () => tf.TensorContainer)) as T;

const rows = Object.entries(vectors);
const continuous = rows.filter(([, row]) => "forward" in make(row).support);
const withMoments = rows.filter(([, row]) => "variance" in make(row));

function make(row: VectorRow, parameters: readonly Nested[] = row.parameters): Distribution {
  return row.make(parameters as never);
}
const tensors = ({ parameters }: VectorRow): Tensor[] => parameters.map(tensorOf);
const real = ({ real, parameters }: VectorRow): readonly number[] => real ?? range(parameters.length);

/** The gradient of a scalar function of one tensor against differences of it, element by element. */
const expectSlopes = (label: string, f: (x: Tensor) => Tensor, at: Tensor, tolerance = 1e-7): void => {
  const scalar = (x: Tensor): Scalar => f(x).sum() as Scalar;
  const got = hostValues(gradient(scalar)(at).gradient);
  const own = hostValues(at);
  for (const [i, x] of own.entries()) {
    const along = (v: number): number => hostValues(scalar(fromHost(own.with(i, v), at.shape)))[0];
    const expected = slope(along, x, 1e-3 * Math.max(0.05, Math.min(1, Math.abs(x))));
    const error = Math.abs(got[i] - expected) / Math.max(1, Math.abs(expected));
    expect(error, `${label}[${i}]: got ${got[i]}, expected ${expected}`).toBeLessThan(tolerance);
  }
};

/**
 * Whether a mean of batches is 0, element by element: Student's t of the batches as a normal score (Wallace 1959, "Bounds on normal
 * approximations to Student's and the chi-square distributions").
 */
const zOf = (batches: readonly Float64Array[]): number[] => {
  const df = batches.length - 1;
  return [...batches[0]].map((_, i) => {
    const mean = batches.reduce((sum, each) => sum + each[i], 0) / batches.length;
    const variance = batches.reduce((sum, each) => sum + (each[i] - mean) ** 2, 0) / df;
    const t = mean / Math.sqrt(variance / batches.length + 1e-28);
    return (Math.sign(t) * (8 * df + 1) * Math.sqrt(df * Math.log1p(t ** 2 / df))) / (8 * df + 3);
  });
};

const expectSmall = (label: string, z: readonly number[]): void => {
  for (const [i, each] of z.entries()) expect(Math.abs(each), `${label}, element ${i}`).toBeLessThan(4.5);
};

describe.each(rows)("%s", (name, row) => {
  it("gives the reference log-densities", () => {
    const values = known[name] ?? [];
    expect(values.length, `reference values of ${name}`).toBeGreaterThan(0);
    exactly(() => {
      for (const { parameters, x, logProb } of values) {
        const [got] = hostValues(make(row, parameters).logProb(tensorOf(x)));
        const expected = decode(logProb);
        const label = `${name}(${JSON.stringify(parameters)}) at ${x}: got ${got}, expected ${expected}`;
        if (!Number.isFinite(expected)) expect(got, label).toBe(expected);
        else expect(Math.abs(got - expected) <= 1e-10 * Math.max(1, Math.abs(expected)), label).toBe(true);
      }
    });
  });

  it("has slopes in its parameters as finite differences have", () =>
    exactly(() => {
      for (const x of row.points)
        for (const index of real(row)) {
          const at = (value: Tensor): Tensor => row.make(tensors(row).with(index, value)).logProb(tensorOf(x));
          expectSlopes(`${name} at ${x}, parameter ${index}`, at, tensorOf(row.parameters[index]));
        }
    }));

  it("is −∞ outside its support and NaN at NaN, with slopes that are numbers", () =>
    exactly(() => {
      for (const x of row.outside ?? []) {
        expect(hostValues(make(row).support.contains(tensorOf(x)))[0], `${name} at ${x}`).toBe(0);
        expect(hostValues(make(row).logProb(tensorOf(x)))[0], `${name} at ${x}`).toBe(Number.NEGATIVE_INFINITY);
        if (!flat(x).every(Number.isFinite)) continue;
        for (const index of real(row)) {
          const logProb = (value: Tensor): Scalar =>
            row.make(tensors(row).with(index, value)).logProb(tensorOf(x)).sum() as Scalar;
          const slopes = hostValues(gradient(logProb)(tensorOf(row.parameters[index])).gradient);
          expect([...slopes].every(Number.isFinite), `${name} at ${x}, slope in ${index}`).toBe(true);
        }
      }
      const spoilt = flat(row.points[0]).with(0, Number.NaN);
      expect(hostValues(make(row).logProb(fromHost(spoilt, shapeOf(row.points[0]))))[0]).toBeNaN();
    }));

  it("broadcasts: draws [batch, shape], log-densities per event", () =>
    exactly(() => {
      const single = make(row);
      const event = single.shape;
      expect(event.length, "a row has one event").toBe(single.rank);
      const twice = tensors(row).map((x) => tf.broadcastTo(x, [2, ...x.shape]));
      const wide = row.make(twice, [4, 2, ...event]);
      expect(wide.shape).toEqual([4, 2, ...event]);
      const draws = wide.sample(seed(1), [3]);
      expect(draws.shape).toEqual([3, 4, 2, ...event]);
      const logProb = wide.logProb(draws);
      expect(logProb.shape).toEqual([3, 4, 2]);
      expect(wide.support.contains(draws).shape).toEqual([3, 4, 2]);
      const want = hostValues(single.logProb(draws));
      for (const [i, got] of hostValues(logProb).entries())
        expect(Math.abs(got - want[i])).toBeLessThan(1e-11 * Math.max(1, Math.abs(want[i])));
      expect(row.make(twice).shape).toEqual([2, ...event]);
    }));

  it("draws the same from the same key, inside its support, in either precision", () => {
    for (const run of [(f: () => void) => exactly(f), (f: () => void) => tf.tidy(f)])
      for (const hard of [row.parameters, ...(row.hard ?? [])])
        run(() => {
          const one = make(row, hard);
          const draws = one.sample(seed(2), [200]);
          const label = `${name}(${JSON.stringify(hard)})`;
          expect([...hostValues(draws)]).toEqual([...hostValues(one.sample(seed(2), [200]))]);
          expect(hostValues(one.support.contains(draws)).every(Boolean), label).toBe(true);
          expect(hostValues(one.logProb(draws)).some(Number.isNaN), label).toBe(false);
        });
  });

  it("makes no tensor when it is built from numbers", () => {
    const before = tf.memory().numTensors;
    make(row);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("draws what its log-density says: the mean of the score is 0", () =>
    exactly(() => {
      for (const index of real(row)) {
        const scores = range(24).map((batch) => {
          const draws = make(row).sample(seed(300 + batch), [100]);
          const logProb = (value: Tensor): Scalar =>
            row.make(tensors(row).with(index, value)).logProb(draws).sum() as Scalar;
          return hostValues(gradient(logProb)(tensorOf(row.parameters[index])).gradient);
        });
        expectSmall(`${name}, score of parameter ${index}`, zOf(scores));
      }
    }));
});

describe.each(continuous)("%s", (name, row) => {
  const support = make(row).support as Support;
  /** The log-density along the free coordinates of the support. */
  const along = (z: Tensor): Tensor => make(row).logProb(support.forward(z).value);

  it("has slopes along its support as finite differences have, first and second", () =>
    exactly(() => {
      for (const x of row.points) {
        const z = support.inverse(tensorOf(x)).value;
        expectSlopes(`${name} at ${x}`, along, z);
        const first = (at: Tensor): Tensor => gradient((y: Tensor) => along(y).sum() as Scalar)(at).gradient;
        const weights = fromHost(
          range(z.size).map((i) => Math.cos(i)),
          z.shape,
        );
        expectSlopes(`${name} at ${x}, second`, (at) => first(at).mul(weights), z, 1e-6);
      }
    }));

  it("moves its draws with its parameters as the mean of a bounded function moves", () =>
    exactly(() => {
      for (const index of real(row)) {
        const apart = range(24).map((batch) => {
          const at = (value: Tensor): Distribution => row.make(tensors(row).with(index, value));
          const weights = fromHost(
            range(sizeOf(make(row).shape)).map((i) => 1 + 0.3 * i),
            make(row).shape,
          );
          const bounded = (x: Tensor): Tensor => x.mul(weights).sin();
          const own = tensorOf(row.parameters[index]);
          const path = (value: Tensor): Scalar => bounded(at(value).sample(seed(400 + batch), [100])).sum() as Scalar;
          const draws = make(row).sample(seed(400 + batch), [100]);
          const inner = range(draws.rank).slice(1);
          const value = bounded(draws).sum(inner);
          const score = (value0: Tensor): Scalar =>
            at(value0).logProb(draws).mul(value.sub(value.mean())).sum() as Scalar;
          return hostValues(gradient(path)(own).gradient.sub(gradient(score)(own).gradient.mul(100 / 99)));
        });
        expectSmall(`${name}, parameter ${index}`, zOf(apart));
      }
    }));
});

describe.each(withMoments)("%s", (name, row) => {
  it("has the mean and variance of its draws", () =>
    exactly(() => {
      const one = make(row) as Distribution & Moments;
      const [mean, variance] = [one.mean(), one.variance()];
      expect(mean.shape).toEqual([...one.shape]);
      expect(variance.shape).toEqual([...one.shape]);
      const batches = range(24).map((batch) => one.sample(seed(500 + batch), [400]).sub(mean));
      expectSmall(`${name}, mean`, zOf(batches.map((x) => hostValues(x.mean(0)))));
      expectSmall(`${name}, variance`, zOf(batches.map((x) => hostValues(x.square().mean(0).sub(variance)))));
      const shapes = row.make(row.parameters as never, [3, ...one.shape] as Shape) as Distribution & Moments;
      expect(shapes.mean().shape).toEqual([3, ...one.shape]);
      expect(shapes.variance().shape).toEqual([3, ...one.shape]);
    }));
});
