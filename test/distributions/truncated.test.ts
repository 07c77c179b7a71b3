import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { censored } from "../../src/distributions/censored.ts";
import type { Continuous, Cumulative, Distribution } from "../../src/distributions/distribution.ts";
import type { Bounds } from "../../src/distributions/flat.ts";
import * as d from "../../src/distributions/index.ts";
import { truncated } from "../../src/distributions/truncated.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { quadrature } from "./quadrature.ts";
import { slope } from "./slopes.ts";
import { chiSquareZ, kolmogorovSmirnov } from "./statistics.ts";

const exactly = <T>(f: () => T): T => inDouble(() => tf.tidy(f as () => tf.TensorContainer)) as T;
const first = (x: Tensor): number => hostValues(x)[0];
const near = (got: number, want: number, bound: number, label = ""): void =>
  expect(Math.abs(got - want) <= bound * Math.max(1, Math.abs(want)), `${label}: got ${got}, expected ${want}`).toBe(
    true,
  );

// A program that falls back on the eager engine says so.
const warn = vi.spyOn(console, "warn");
beforeAll(() => void warn.mockClear());
afterAll(() => expect(warn.mock.calls).toEqual([]));

describe("a truncated normal", () => {
  // mpmath 1.4.1 with 60 digits: log φ(x) − log(Φ(b) − Φ(a)), and log((Φ(x) − Φ(a)) / (Φ(b) − Φ(a))).
  const rows: readonly (readonly [Bounds, number, number, number])[] = [
    [{ lower: 0 }, 0.5, -0.35079135264472744, -0.9599163336956223],
    [{ upper: -1 }, -2.0, -1.0779168881954093, -1.9421626886727685],
    [{ lower: -1, upper: 2 }, 0.3, -0.7637722388802102, -0.5779808294985906],
    [{ lower: 10 }, 10.05, 1.8110966173077907, -0.9233562028691826],
    [{ lower: 30, upper: 31 }, 30.01, 3.102255423138532, -1.3491330022427115],
    [{ lower: -31, upper: -30 }, -30.5, -11.722694576861421, -15.141493573428324],
    [{ upper: -40 }, -40.02, 2.8893034805489903, -0.800699252451936],
    [{ lower: -0.001, upper: 0.001 }, 0.0002, 6.214608245088847, -0.5108255970993241],
    [{ lower: 38.5 }, 38.6, -0.20366824279364626, -0.021345015519319412],
  ];
  it.each(rows)("%o at %s", (bounds, x, logProb, logCdf) =>
    exactly(() => {
      const one = truncated(d.normal(0, 1), bounds);
      near(first(one.logProb(tf.scalar(x))), logProb, 1e-10, "logProb");
      near(first(one.logCdf(tf.scalar(x))), logCdf, 1e-10, "logCdf");
    }),
  );
});

interface Case {
  readonly make: (parameters: readonly (number | Tensor)[]) => Continuous & Cumulative;
  readonly parameters: readonly number[];
  readonly points: readonly number[];
}
const between = (base: (...p: never[]) => Continuous & Cumulative, count: number): Case["make"] => {
  return (p) => truncated(base(...(p.slice(0, count) as never[])), { lower: p[count], upper: p[count + 1] } as Bounds);
};
const cases: Readonly<Record<string, Case>> = {
  "normal from below": {
    make: ([loc, scale, lower]) => truncated(d.normal(loc as number, scale as number), { lower: lower as number }),
    parameters: [0.5, 2, 1.5],
    points: [1.6, 4],
  },
  "normal from above": {
    make: ([loc, scale, upper]) => truncated(d.normal(loc as number, scale as number), { upper: upper as number }),
    parameters: [0.5, 2, -3],
    points: [-9, -3.1],
  },
  "normal far out": { make: between(d.normal, 2), parameters: [0, 1, 12, 12.5], points: [12.01, 12.3] },
  "gamma on both sides": { make: between(d.gamma, 2), parameters: [2.3, 0.7, 1, 6], points: [1.2, 5] },
  "studentT on both sides": { make: between(d.studentT, 3), parameters: [3.5, 0, 1, 0.3, 2.5], points: [0.4, 2] },
  "halfCauchy from above": {
    make: ([scale, upper]) => truncated(d.halfCauchy(0, scale as number), { upper: upper as number }),
    parameters: [2, 7],
    points: [0.1, 6],
  },
};

const engine = compiledEngine();
const scalarsOf = (parameters: readonly number[]): Tensor[] => parameters.map((each) => engine.tensor([each], []));
/** Draws as a function of the parameters, compiled once. */
const drawsOf = (make: Case["make"], batch: readonly number[]): ((parameters: readonly number[]) => Float64Array) => {
  const draw = engine.compile((all: Tensor[]) => make(all).sample(key(hostKey(3)), batch));
  return (parameters) => hostValues(draw(scalarsOf(parameters)));
};

describe.each(Object.entries(cases))("%s", (name, { make, parameters, points }) => {
  it("integrates to 1, has its distribution function, and draws from it", () =>
    exactly(() => {
      const one = make(parameters);
      const { total, cdf: along } = quadrature(one);
      // The free coordinate of what has an upper end alone runs the other way.
      const falls = one.support.ends?.low === undefined;
      const cdf = (x: ArrayLike<number>): Float64Array => along(x).map((p) => (falls ? total - p : p));
      near(total, 1, 1e-6);
      const known = cdf(points);
      for (const [i, x] of points.entries()) {
        near(first(one.cdf(tf.scalar(x))), known[i], 1e-6, "cdf");
        near(Math.exp(first(one.logSurvival(tf.scalar(x)))), 1 - known[i], 1e-6, "survival");
      }
      const draws = drawsOf(make, [4000])(parameters);
      expect(hostValues(one.support.contains(fromHost(draws, [4000]))).every(Boolean)).toBe(true);
      expect(kolmogorovSmirnov(draws, cdf)).toBeLessThan(1.95);
    }));

  it("has slopes in x, its parameters and its bounds as differences have; 0 outside", () =>
    exactly(() => {
      for (const x of points)
        for (const index of parameters.keys()) {
          const along = (at: Tensor): Scalar =>
            make(parameters.map((each, i) => (i === index ? at : each)))
              .logProb(tf.scalar(x))
              .sum() as Scalar;
          const got = first(gradient(along)(tf.scalar(parameters[index]) as Tensor).gradient);
          const want = slope((v) => first(along(tf.scalar(v))), parameters[index]);
          near(got, want, 1e-7, `${name} at ${x}, parameter ${index}`);
        }
      const outside = [-1e6, 1e6].filter((x) => !first(make(parameters).support.contains(tf.scalar(x))));
      for (const x of outside) {
        expect(first(make(parameters).logProb(tf.scalar(x)))).toBe(Number.NEGATIVE_INFINITY);
        const inputs = { x: tf.scalar(x) as Tensor, all: parameters.map((each) => tf.scalar(each) as Tensor) };
        const slopes = gradient(({ x, all }: typeof inputs) => make(all).logProb(x).sum() as Scalar)(inputs).gradient;
        for (const each of [slopes.x, ...slopes.all]) expect(first(each) === 0).toBe(true);
      }
      expect(first(make(parameters).logProb(tf.scalar(Number.NaN)))).toBeNaN();
    }));

  it("moves its draws with its parameters as quantiles move", () => {
    const draws = drawsOf(make, [8]);
    const slopes = engine.compile(
      (all: Tensor[]) =>
        gradient((at: Tensor[]) =>
          make(at)
            .sample(key(hostKey(3)), [8])
            .mean()
            .asScalar(),
        )(all).gradient,
    )(scalarsOf(parameters));
    const mean = (x: Float64Array): number => x.reduce((a, b) => a + b, 0) / x.length;
    for (const [index, value] of parameters.entries()) {
      const want = slope((v) => mean(draws(parameters.map((each, i) => (i === index ? v : each)))), value, 1e-3);
      near(first(slopes[index]), want, 1e-6, `${name}, parameter ${index}`);
    }
  });

  it("says the same in compiled code, draws included", () => {
    const program = (all: Tensor[]): Tensor[] => {
      const logProb = (at: Tensor[]): Scalar =>
        make(at)
          .logProb(fromHost(points, [points.length]))
          .sum() as Scalar;
      const { value, gradient: slopes } = gradient(logProb)(all);
      return [value, ...slopes, make(all).sample(key(hostKey(7)), [3])];
    };
    const eager = exactly(() => program(parameters.map((p) => tf.scalar(p) as Tensor)).map((x) => [...hostValues(x)]));
    const compiled = engine
      .compile(program)(parameters.map((p) => engine.tensor([p], [])))
      .map((x) => [...hostValues(x)]);
    for (const [i, each] of eager.flat().entries()) near(compiled.flat()[i], each, 1e-10, `${i}`);
  });
});

describe("truncated counts", () => {
  const counts: Readonly<Record<string, readonly [Distribution & Cumulative, Bounds]>> = {
    "poisson without 0": [d.poisson(1.3), { lower: 1 }],
    "poisson on both sides": [d.poisson(7), { lower: 3, upper: 9 }],
    "negativeBinomial from above": [d.negativeBinomial(4, 2), { upper: 6 }],
    "binomial on both sides": [d.binomial(20, 0.3), { lower: 2, upper: 11 }],
  };
  it.each(Object.entries(counts))("%s has the probabilities of its base, made to sum to 1", (_, [base, bounds]) =>
    exactly(() => {
      const one = truncated(base, bounds);
      const k = fromHost(range(300), [300]);
      const { lower = 0, upper = 299 } = bounds as { lower?: number; upper?: number };
      const inside = [...hostValues(base.logProb(k))].map((p, i) => (i < lower || i > upper ? 0 : Math.exp(p)));
      const total = inside.reduce((a, b) => a + b, 0);
      let sum = 0;
      const got = { logProb: hostValues(one.logProb(k)), cdf: hostValues(one.cdf(k)) };
      for (const i of range(300)) {
        sum += inside[i] / total;
        near(Math.exp(got.logProb[i]), inside[i] / total, 1e-12, `P(${i})`);
        near(got.cdf[i], sum, 1e-12, `F(${i})`);
        near(Math.exp(first(one.logSurvival(tf.scalar(i)))), 1 - sum, 1e-12, `S(${i})`);
      }
      const draws = drawsOf(() => one as never, [5000])([]);
      const z = chiSquareZ(
        draws,
        inside.map((p) => p / total),
      );
      expect(Math.abs(z)).toBeLessThan(3.5);
      expect(hostValues(one.support.contains(fromHost(draws, [5000]))).every(Boolean)).toBe(true);
    }),
  );
});

describe("censored", () => {
  it("counts what lies at a bound or beyond by its mass, each observation by its own", () =>
    exactly(() => {
      const base = d.weibull(1.7, 2);
      const upper = fromHost([1, 1, 5], [3]);
      const got = hostValues(censored(base, { upper }).logProb(fromHost([0.4, 1, 7], [3])));
      near(got[0], first(base.logProb(tf.scalar(0.4))), 1e-15);
      near(got[1], -((1 / 2) ** 1.7), 1e-14);
      near(got[2], -((5 / 2) ** 1.7), 1e-14);
    }));

  it("of a normal on both sides, with slopes as differences have", () =>
    exactly(() => {
      const at = (loc: Tensor | number): Tensor =>
        censored(d.normal(loc, 2), { lower: -1, upper: 1 }).logProb(fromHost([-1, -3, 0.2, 1], [4]));
      const got = hostValues(at(0.5));
      const logPhi = hostValues(d.normal(0.5, 2).logCdf(tf.scalar(-1)))[0];
      near(got[0], logPhi, 1e-15);
      near(got[1], logPhi, 1e-15);
      near(got[3], first(d.normal(0.5, 2).logSurvival(tf.scalar(1))), 1e-15);
      const slopes = gradient((loc: Tensor) => at(loc).sum() as Scalar)(tf.scalar(0.5) as Tensor).gradient;
      near(
        first(slopes),
        slope((v) => first(at(v).sum()), 0.5),
        1e-8,
      );
    }));

  it("of counts: the mass at a bound is at least or at most that many", () =>
    exactly(() => {
      const base = d.poisson(3);
      const one = censored(base, { lower: 1, upper: 5 });
      const k = fromHost([1, 2, 3, 4, 5], [5]);
      const total = [...hostValues(one.logProb(k))].reduce((sum, p) => sum + Math.exp(p), 0);
      near(total, 1, 1e-13);
      const draws = hostValues(one.sample(key(hostKey(9)), [5000]));
      const probabilities = [0, ...hostValues(one.logProb(k)).map(Math.exp)];
      expect(Math.abs(chiSquareZ(draws, probabilities))).toBeLessThan(3.5);
    }));
});

describe("refusals", () => {
  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["no bound", () => truncated(d.normal(0, 1), {}), /^truncated: expected a bound, lower or upper, got none$/],
    [
      "no distribution function",
      () => truncated(d.skewNormal(0, 1, 2) as never, { lower: 0 }),
      /skewNormal has no dist/,
    ],
    ["an order", () => truncated(d.normal(0, 1), { lower: 1, upper: 0 }), /upper must be finite and above 1, got 0$/],
    ["no values", () => truncated(d.exponential(1), { upper: -1 }), /exponential has no values between the bounds/],
    ["half a count", () => truncated(d.poisson(1), { lower: 0.5 }), /lower must be a whole number, got 0.5$/],
    ["a name", () => censored(d.normal(0, 1), { low: 1 } as never), /low/],
    ["shapes", () => truncated(d.normal([0, 1], 1), { lower: [1, 2, 3] }), /does not fit/],
  ];
  it.each(refused)("%s", (_, f, message) => expect(f).toThrow(message));
});
