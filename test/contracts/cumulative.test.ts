import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import type { Continuous, Cumulative, Moments, Quantile } from "../../src/distributions/distribution.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { quadrature } from "../distributions/quadrature.ts";
import { slope } from "../distributions/slopes.ts";
import { continuous } from "../distributions/table/continuous.ts";
import { build, type Row } from "../distributions/table.ts";

type Encoded = number | "inf" | "-inf" | "nan";
interface Known {
  readonly cumulative: Readonly<
    Record<string, readonly { parameters: number[]; x: number; logCdf: Encoded; logSurvival: Encoded }[]>
  >;
  readonly moments: Readonly<Record<string, readonly { parameters: number[]; mean: Encoded; variance: Encoded }[]>>;
}
const known = JSON.parse(readFileSync(new URL("../known/distributions/scalar.json", import.meta.url), "utf8")) as Known;

const decode = (value: Encoded): number =>
  typeof value === "number" ? value : { inf: Infinity, "-inf": -Infinity, nan: Number.NaN }[value];
const exactly = <T>(f: () => T): T => inDouble(() => tf.tidy(f as () => tf.TensorContainer)) as T;
const first = (x: Tensor): number => hostValues(x)[0];

type Full = Continuous & Moments & Cumulative & Quantile;
/** All that a row's distribution may know; what it does not is undefined. */
const made = (row: Row, parameters: readonly (number | Tensor)[]): Full => build(row, parameters as never) as Full;
const fresh = (name: string): Full => made(continuous[name], continuous[name].parameters as number[]);
const having = (part: keyof Full): string[] =>
  Object.keys(continuous).filter((name) => fresh(name)[part] !== undefined);

const cumulative = having("logCdf");
const tails = ["logCdf", "logSurvival"] as const;

it("says who has which: reference values are there for each", () => {
  expect(Object.keys(known.cumulative).sort()).toEqual(cumulative.sort());
  expect(Object.keys(known.moments).sort()).toEqual(Object.keys(continuous).sort());
  expect(Object.keys(continuous).filter((name) => !cumulative.includes(name))).toEqual(["skewNormal", "vonMises"]);
});

// A program that falls back on the eager engine says so.
const warn = vi.spyOn(console, "warn");
beforeAll(() => void warn.mockClear());
afterAll(() => expect(warn.mock.calls).toEqual([]));

describe.each(Object.entries(known.cumulative))("%s", (name, rows) => {
  it("gives both tails as mpmath does, to 1e-10 of their logarithms", () =>
    exactly(() => {
      for (const row of rows)
        for (const tail of tails) {
          const x = tf.scalar(row.x);
          const got = first(made(continuous[name], row.parameters)[tail](x));
          const want = decode(row[tail]);
          const label = `${name}(${row.parameters}).${tail}(${row.x}): got ${got}, expected ${want}`;
          if (!Number.isFinite(want)) expect(got, label).toBe(want);
          else expect(Math.abs(got - want) <= 1e-10 * Math.abs(want) + 1e-307, label).toBe(true);
        }
    }));
});

describe.each(cumulative)("%s", (name) => {
  const row = continuous[name];
  const parameters = row.parameters as number[];
  const sides = { logCdf: 1, logSurvival: -1 } as const;

  it("has tails whose slopes in x are its density", () =>
    exactly(() => {
      const one = fresh(name);
      for (const x of row.points)
        for (const tail of tails) {
          const got = first(gradient((at: Tensor) => one[tail](at).sum() as Scalar)(tf.scalar(x) as Tensor).gradient);
          const at = tf.scalar(x);
          const want = sides[tail] * Math.exp(first(one.logProb(at)) - first(one[tail](at)));
          expect(Math.abs(got / want - 1), `${tail} at ${x}: got ${got}, expected ${want}`).toBeLessThan(1e-9);
        }
    }));

  it("has tails whose slopes in the parameters are those of differences", () =>
    exactly(() => {
      for (const x of row.points)
        for (const tail of tails)
          for (const [index, value] of parameters.entries()) {
            const along = (at: Tensor): Scalar =>
              made(
                row,
                parameters.map((each, i) => (i === index ? at : each)),
              )
                [tail](tf.scalar(x))
                .sum() as Scalar;
            const got = first(gradient(along)(tf.scalar(value) as Tensor).gradient);
            const want = slope((v) => first(along(tf.scalar(v))), value);
            const label = `${tail} at ${x}, parameter ${index}: got ${got}, expected ${want}`;
            expect(Math.abs(got - want) <= 1e-7 * Math.max(1, Math.abs(want)), label).toBe(true);
          }
    }));

  it("adds up: P(X ≤ x) + P(X > x) = 1; NaN at NaN; slopes outside the support are 0", () =>
    exactly(() => {
      const one = fresh(name);
      for (const x of row.points) {
        const both = first(one.cdf(tf.scalar(x))) + Math.exp(first(one.logSurvival(tf.scalar(x))));
        expect(Math.abs(both - 1)).toBeLessThan(1e-12);
      }
      for (const f of [one.cdf, one.logCdf, one.logSurvival]) expect(first(f(tf.scalar(Number.NaN)))).toBeNaN();
      for (const x of [-1e6, 1e6]) {
        if (first(one.support.contains(tf.scalar(x)))) continue;
        const inputs = { x: tf.scalar(x) as Tensor, all: parameters.map((each) => tf.scalar(each) as Tensor) };
        for (const tail of tails) {
          const slopes = gradient(({ x, all }: typeof inputs) => made(row, all)[tail](x).sum() as Scalar)(
            inputs,
          ).gradient;
          for (const each of [slopes.x, ...slopes.all]) expect(first(each) === 0).toBe(true);
        }
      }
    }));

  it("says the same in compiled code, slopes included", () => {
    const engine = compiledEngine();
    const program = (x: Tensor, all: Tensor[]): Tensor[] =>
      tails.flatMap((tail) => {
        const { value, gradient: slopes } = gradient(
          (inputs: { x: Tensor; all: Tensor[] }) => made(row, inputs.all)[tail](inputs.x).sum() as Scalar,
        )({ x, all });
        return [value, slopes.x, ...slopes.all];
      });
    const eager = exactly(() =>
      program(
        fromHost(row.points, [row.points.length]),
        parameters.map((each) => tf.scalar(each) as Tensor),
      ).map((each) => [...hostValues(each)]),
    );
    const compiled = engine
      .compile(program)(
        engine.tensor(row.points, [row.points.length]),
        parameters.map((each) => engine.tensor([each], [])),
      )
      .map((each) => [...hostValues(each)]);
    for (const [i, each] of eager.flat().entries())
      expect(Math.abs(compiled.flat()[i] - each)).toBeLessThanOrEqual(1e-11 * (1e-3 + Math.abs(each)));
  });
});

describe.each(Object.entries(known.moments))("%s", (name, rows) => {
  it("has the moments that scipy gives", () =>
    exactly(() => {
      for (const row of rows)
        for (const moment of ["mean", "variance"] as const) {
          const got = first(made(continuous[name], row.parameters)[moment]());
          const want = decode(row[moment]);
          const label = `${name}(${row.parameters}).${moment}: got ${got}, expected ${want}`;
          if (!Number.isFinite(want)) expect(got, label).toBe(want);
          else expect(Math.abs(got - want) <= 1e-12 * Math.max(1, Math.abs(want)), label).toBe(true);
        }
    }));
});

/** Heavier tails than a quadrature reaches, none, or a circle. */
const withoutQuadrature = ["cauchy", "halfCauchy", "vonMises"];

describe.each(Object.keys(continuous).filter((name) => !withoutQuadrature.includes(name)))("%s", (name) => {
  it("has the moments of its density, for each of its copies", () =>
    exactly(() => {
      const one = fresh(name);
      const { mean } = quadrature(one);
      const expected = mean((x) => x);
      const variance = mean((x) => (x - expected) ** 2);
      const wide = build(continuous[name], continuous[name].parameters, [2, 3]) as unknown as Full;
      expect(wide.mean().shape).toEqual([2, 3]);
      expect(Math.abs(hostValues(wide.mean())[5] - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
      expect(Math.abs(hostValues(wide.variance())[5] / variance - 1)).toBeLessThan(1e-6);
    }));
});

describe.each(having("quantile"))("%s", (name) => {
  it("inverts its distribution function, ends included", () =>
    exactly(() => {
      const one = fresh(name);
      const p = [1e-300, 1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 2 ** -30];
      const back = hostValues(one.logCdf(one.quantile(fromHost(p, [p.length]))));
      for (const [i, each] of p.entries())
        if (!(name === "pareto" || name === "uniform" || name === "halfNormal" || name === "halfCauchy") || each > 1e-8)
          expect(Math.abs(back[i] - Math.log(each)), `at ${each}`).toBeLessThan(1e-7 * Math.max(1, -Math.log(each)));
      expect(first(one.logCdf(one.quantile(tf.scalar(0))))).toBe(Number.NEGATIVE_INFINITY);
      expect(first(one.logSurvival(one.quantile(tf.scalar(1))))).toBe(Number.NEGATIVE_INFINITY);
      expect(first(one.quantile(tf.scalar(1.1)))).toBeNaN();
    }));
});
