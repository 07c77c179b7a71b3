import { readFileSync } from "node:fs";
import { beta, exponential, inverseGamma, normal } from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { lgamma } from "../../src/core/special/gamma.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import type { Continuous, Distribution } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";
import { key } from "../../src/ops/random.ts";
import * as supports from "../../src/transforms/supports.ts";
import { quadrature } from "./quadrature.ts";
import { kolmogorovSmirnov } from "./statistics.ts";

const exactly = (f: () => void): void =>
  inDouble(() =>
    tf.tidy(() => {
      f();
    }),
  );
const draws = 8000;

const covariance = [
  [4, 1, 0.5],
  [1, 2, -0.25],
  [0.5, -0.25, 1],
];

interface Known {
  readonly parameters: readonly never[];
  readonly x: never;
  readonly logProb: number;
}
const known: Readonly<Record<string, readonly Known[]>> = JSON.parse(
  readFileSync(new URL("../known/distributions/matrices.json", import.meta.url), "utf8"),
).rows;

/** Numbers for tf.tensor, of any depth. */
const tensorOf = (x: number | readonly unknown[]): Tensor => {
  const shape: number[] = [];
  for (let part: unknown = x; Array.isArray(part); part = part[0]) shape.push(part.length);
  return fromHost([x].flat(Infinity) as number[], shape);
};

describe("reference values of those that have no row in the contract", () => {
  const made: Readonly<Record<string, (...parameters: never[]) => Distribution>> = {
    "lkj, of five": (concentration) => d.lkj(5, concentration),
    uniformSphere: (size) => d.uniformSphere(size),
    flat: () => d.flat(),
    flatOn: () => d.flatOn(supports.simplex, [3]),
  };
  it.each(Object.entries(made))("%s", (name, make) =>
    exactly(() => {
      expect(known[name].length).toBeGreaterThan(0);
      for (const { parameters, x, logProb } of known[name]) {
        const [got] = hostValues(make(...parameters).logProb(tensorOf(x)));
        expect(Math.abs(got - logProb), `${name}(${parameters}) at ${x}`).toBeLessThan(
          1e-10 * Math.max(1, Math.abs(logProb)),
        );
      }
    }),
  );
});

describe("a matrix and its factor have one density on the free scale", () => {
  const along = (one: Continuous, z: Tensor): Float64Array => {
    const { value, logDet } = one.support.forward(z);
    return hostValues(one.logProb(value).add(logDet));
  };
  const same = (a: Continuous, b: Continuous, z: Tensor, step: Tensor | number = 0): void => {
    const [one, other] = [along(a, z), along(b, z)];
    const moved = hostValues(tf.zeros([one.length]).add(step));
    for (const [i, each] of one.entries())
      expect(Math.abs(each - other[i] - moved[i])).toBeLessThan(1e-11 * Math.max(1, Math.abs(each)));
  };
  const free = fromHost(
    range(24).map((i) => Math.sin(3 * i) * 1.2),
    [4, 6],
  );

  it.each([0.3, 1, 7])("lkj of concentration %s", (concentration) =>
    exactly(() => same(d.lkj(4, concentration), d.lkjCholesky(4, concentration), free)),
  );
  it.each([2.5, 8])("wishart of %s degrees of freedom", (df) =>
    exactly(() => same(d.wishart(df, covariance), d.wishartCholesky(df, covariance), free)),
  );
  it("inverseWishart is wishart of the inverse, with its Jacobian |X|^−(p + 1)", () =>
    exactly(() => {
      const one = fromHost(covariance.flat(), [3, 3]);
      const inverse = (a: Tensor): Tensor => {
        const [[a11, a12, a13], [, a22, a23], [, , a33]] = a.arraySync() as number[][];
        const det = hostDet(a);
        const c = [
          [a22 * a33 - a23 * a23, a13 * a23 - a12 * a33, a12 * a23 - a13 * a22],
          [0, a11 * a33 - a13 * a13, a12 * a13 - a11 * a23],
          [0, 0, a11 * a22 - a12 * a12],
        ];
        return fromHost(
          range(9).map((i) => c[Math.min(Math.floor(i / 3), i % 3)][Math.max(Math.floor(i / 3), i % 3)] / det),
          [3, 3],
        );
      };
      const hostDet = (a: Tensor): number => {
        const [[a11, a12, a13], [, a22, a23], [, , a33]] = a.arraySync() as number[][];
        return a11 * (a22 * a33 - a23 * a23) - a12 * (a12 * a33 - a23 * a13) + a13 * (a12 * a23 - a22 * a13);
      };
      const scale = [
        [2, 0.5, 0],
        [0.5, 1, 0.25],
        [0, 0.25, 3],
      ];
      const [got] = hostValues(d.inverseWishart(6.5, scale).logProb(one));
      const [other] = hostValues(d.wishart(6.5, inverse(tensorOf(scale))).logProb(inverse(one)));
      expect(Math.abs(got - (other - 4 * Math.log(hostDet(one))))).toBeLessThan(1e-11);
    }));
});

describe("draws have the marginals that are known", () => {
  /** The entries asked for, each over all draws. */
  const columns = (one: Distribution, entries: readonly number[]): Float64Array[] => {
    const all = hostValues(one.sample(key(hostKey(11)), [draws]));
    const size = all.length / draws;
    return entries.map((i) => Float64Array.from({ length: draws }, (_, row) => all[row * size + i]));
  };
  const expectMarginal = (x: Float64Array, { cdf }: ReturnType<typeof quadrature>): void =>
    expect(kolmogorovSmirnov(x, cdf)).toBeLessThan(1.95);
  const half = (x: number): number => (1 + x) / 2;

  it("of lkj: (1 + r)/2 ~ Beta(η − 1 + K/2, same)", () =>
    exactly(() => {
      const marginal = quadrature(beta(2.5, 2.5));
      for (const x of columns(d.lkj(4, 1.5), [4, 9, 14])) expectMarginal(x.map(half), marginal);
    }));
  it("of lkjCholesky: the first column is that of lkj", () =>
    exactly(() => {
      for (const x of columns(d.lkjCholesky(4, 0.7), [4, 12])) expectMarginal(x.map(half), quadrature(beta(1.7, 1.7)));
    }));
  const diagonal = [0, 4, 8];
  it("of wishart: scale_ii χ²", () =>
    exactly(() => {
      for (const [i, x] of columns(d.wishart(4.5, covariance), diagonal).entries())
        expectMarginal(x, quadrature(d.gamma(2.25, 0.5 / covariance[i][i])));
    }));
  it("of inverseWishart: inverse gamma", () =>
    exactly(() => {
      for (const [i, x] of columns(d.inverseWishart(6, covariance), diagonal).entries())
        expectMarginal(x, quadrature(inverseGamma(2, covariance[i][i] / 2)));
    }));
  it("of uniformSphere(4): (1 + x)/2 ~ Beta(3/2, 3/2)", () =>
    exactly(() => {
      for (const x of columns(d.uniformSphere(4), [0, 3])) expectMarginal(x.map(half), quadrature(beta(1.5, 1.5)));
    }));
  it("of zeroSumNormal: normal of variance scale² (1 − 1/n)", () =>
    exactly(() => {
      for (const x of columns(d.zeroSumNormal(2, [5]), [0, 4]))
        expectMarginal(x, quadrature(normal(0, 2 * Math.sqrt(0.8))));
    }));
  it("of ordered: the least of three, and the sum", () =>
    exactly(() => {
      expectMarginal(columns(d.ordered(exponential(0.5), [3]), [0])[0], quadrature(exponential(1.5)));
      const all = hostValues(d.ordered(normal(1, 2), [3]).sample(key(hostKey(12)), [draws]));
      const sums = Float64Array.from({ length: draws }, (_, i) => all[3 * i] + all[3 * i + 1] + all[3 * i + 2]);
      expectMarginal(sums, quadrature(normal(3, Math.sqrt(12))));
    }));
});

describe("on the free scale", () => {
  it("a uniform direction is a Student t vector with n − 1 degrees of freedom", () =>
    exactly(() => {
      const n = 3;
      const z = fromHost([0.3, -1, 2, 0, 0, 0, 20, -5, 1], [3, n]);
      const { value, logDet } = supports.unitVector.forward(z);
      const got = hostValues(
        d
          .uniformSphere(n + 1)
          .logProb(value)
          .add(logDet),
      );
      const squares = hostValues(z.square().sum(-1));
      for (const [i, square] of squares.entries()) {
        const expected = lgamma(n) - lgamma(n / 2) - (n / 2) * Math.log(n * Math.PI) - n * Math.log1p(square / n);
        expect(Math.abs(got[i] - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
      }
    }));

  it("a zero-sum normal is n − 1 independent normals", () =>
    exactly(() => {
      const z = fromHost([0.3, -1, 2, 40], [4]);
      const { value } = supports.sumToZero.forward(z);
      const [got] = hostValues(d.zeroSumNormal(1.5, [5]).logProb(value));
      const [expected] = hostValues(normal(0, 1.5).logProb(z).sum());
      expect(Math.abs(got - expected)).toBeLessThan(1e-12 * Math.abs(expected));
    }));
});

describe("moments at the edge", () => {
  const of = (x: Tensor): number[] => [...hostValues(x)];
  it("of inverseWishart: NaN and ∞ where they do not exist", () =>
    exactly(() => {
      const scale = [
        [2, 0.5],
        [0.5, 1],
      ];
      expect(of(d.inverseWishart(3, scale).mean())).toEqual([Infinity, Number.NaN, Number.NaN, Infinity]);
      expect(of(d.inverseWishart(4, scale).mean())).toEqual([2, 0.5, 0.5, 1]);
      expect(of(d.inverseWishart(3, scale).variance()).every(Number.isNaN)).toBe(true);
      expect(of(d.inverseWishart(5, scale).variance()).every((x) => x === Infinity)).toBe(true);
      expect(of(d.inverseWishart(6, scale).variance())[0]).toBeCloseTo((5 * 4 + 3 * 4) / (4 * 9 * 1), 12);
    }));
});

describe("flat", () => {
  const at = (one: Distribution, x: number | readonly number[]): number[] => [...hostValues(one.logProb(tensorOf(x)))];
  it("is 0 inside its bounds, −∞ outside and NaN at NaN", () =>
    exactly(() => {
      expect(at(d.flat(), [0, 1e300, Infinity])).toEqual([0, 0, -Infinity]);
      expect(at(d.flat({ lower: 0 }), [0, -1e-9, 5])).toEqual([0, -Infinity, 0]);
      expect(at(d.flat({ upper: 2 }), [0, 2, 2.1])).toEqual([0, 0, -Infinity]);
      expect(at(d.flat({ lower: 0, upper: [1, 2] }), [1.5, 1.5])).toEqual([-Infinity, 0]);
      expect(at(d.flat(), [Number.NaN])).toEqual([Number.NaN]);
      expect(at(d.flatOn(supports.simplex, [2]), [0.5, Number.NaN])).toEqual([Number.NaN]);
      expect(at(d.flatOn(supports.simplex, [2]), [0.5, 0.6])).toEqual([-Infinity]);
      expect(d.flat({}, [3]).shape).toEqual([3]);
      expect(d.flat({ lower: [0, 1] }).shape).toEqual([2]);
      expect(d.flatOn(supports.covariance, [4, 2, 2]).rank).toBe(2);
    }));
});

describe("errors", () => {
  it.each<[() => unknown, string]>([
    [() => d.lkj(1, 1), "lkj: size: expected a whole number from 2, got 1"],
    [() => d.lkjCholesky(3, 0), "lkjCholesky: concentration must be positive and finite, got 0"],
    [() => d.lkj(3, 1, [3, 2]), "lkj: a parameter of shape [3, 3] does not fit the others, [3, 2]"],
    [() => d.lkjCholesky(3, 1, [5]), "lkjCholesky: a parameter of shape [3, 3] does not fit the others, [5]"],
    [() => d.wishart(2, covariance), "wishart: df must be finite and above 2, got 2"],
    [() => d.wishart(3, [[1, 2]] as never), "wishart: scale must be a square matrix [..., n, n], got [1, 2]"],
    [() => d.inverseWishart(3, 2 as never), "inverseWishart: scale must be a square matrix [..., n, n], got a scalar"],
    [() => d.flat({ lower: 2, upper: 1 }), "flat: upper must be finite and above 2, got 1"],
    [() => d.flat({ low: 2 } as never), 'flat: unknown option "low"'],
    [() => d.flat([3] as never), "flat: expected { lower, upper } or nothing, got [3]"],
    [() => d.flat().sample(undefined as never), "flat is improper and cannot be drawn from"],
    [() => d.flatOn(supports.simplex), "flatOn: probability vectors need 1 axes, but the shape is a scalar"],
    [() => d.flatOn({} as never, [3]), "flatOn: expected a support, as supports.simplex is one, got object"],
    [() => d.flatOn(supports.simplex, [1]), "simplex: expected a vector of at least two elements, got shape [1]"],
    [() => d.ordered(normal(0, 1), []), "ordered: expected a shape [..., K], as in ordered(normal(0, 1), [3]), got []"],
    [() => d.ordered(normal([0, 1], 1), [2]), "ordered: normal has shape [2]; its last axis must be 1"],
    [() => d.ordered(d.poisson(1) as never, [2]), "ordered: expected a continuous distribution of single numbers"],
    [() => d.uniformSphere(1), "uniformSphere: size: expected a whole number from 2, got 1"],
    [() => d.uniformSphere(3, [2]), "uniformSphere: shape must end in 3, the size, got [2]"],
    [() => d.zeroSumNormal(1, []), "zeroSumNormal: expected a shape [..., n] of at least two elements"],
    [() => d.zeroSumNormal(-1, [3]), "zeroSumNormal: scale must be positive and finite, got -1"],
    [() => supports.scaled(0, -1), "scaled: expected a multiplier above 0, got -1"],
    [() => supports.scaled(Infinity, 1), "scaled: expected a finite offset, got Infinity"],
    [() => supports.unitVector.domain([1]), "unitVector: expected a vector of at least two elements, got shape [1]"],
    [() => supports.sumToZero.domain([1]), "sumToZero: expected a vector of at least two elements along each axis"],
    [() => supports.sumToZeroMatrix.domain([3]), "sumToZeroMatrix: expected a matrix of at least two elements"],
    [
      () => supports.correlation.domain([3, 2]),
      "correlation: expected a square matrix of at least 2 rows, got shape [3, 2]",
    ],
    [() => supports.covarianceFactor.domain([3]), "covarianceFactor: expected a square matrix of at least 1 rows"],
    [() => supports.stochastic.domain([3]), "stochastic: expected a matrix with rows of at least two elements"],
    [
      () => supports.columnStochastic.domain([1, 3]),
      "columnStochastic: expected a matrix with columns of at least two",
    ],
  ])("%#: say what was expected and what came", (make, message) => {
    expect(make).toThrow(message);
  });
});
