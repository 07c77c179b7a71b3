import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { lastTerm, logDetSeries, probes, type SeriesOptions } from "../../src/transforms/logDetSeries.ts";
import { logAbsDet } from "../flows/jacobian.ts";
import { mean, meanZ, mostZ, varianceAbout, varianceZ } from "../ops/statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

type Matrix = readonly (readonly number[])[];
/** Largest singular value 0.9979, by numpy 2.4.6. */
const plain: Matrix = [
  [0.1, 0.6, -0.2, 0.3],
  [-0.5, 0.2, 0.1, 0.4],
  [0.3, -0.1, 0.7, 0.2],
  [0.2, 0.3, -0.4, -0.6],
].map((row) => row.map((x) => 0.95 * x));
/** A rotation, whose powers do not die out. */
const turn: Matrix = [
  [0.6, -0.8],
  [0.8, 0.6],
];
/** I + s J. */
const shifted = (j: Matrix, s: number): number[][] => j.map((row, i) => row.map((x, k) => s * x + (i === k ? 1 : 0)));

/** One estimate a row of log det(I + s J), s [rows]. */
const estimates = (j: Matrix, s: Tensor, seed: number, options: SeriesOptions): Tensor => {
  const matrix = fromHost(j.flat(), [j.length, j.length]);
  const rows = s.shape[0] as number;
  const through = (v: Tensor, transposed: boolean): Tensor =>
    tf.matMul(v as tf.Tensor2D, matrix as tf.Tensor2D, false, transposed).mul(s.expandDims(-1));
  return logDetSeries(
    { push: (v) => through(v, true), pull: (w) => through(w, false) },
    [rows, j.length],
    key(hostKey(seed)),
    options,
  );
};
const drawn = (j: Matrix, s: number, rows: number, seed: number, options: SeriesOptions): Float64Array => {
  let made = new Float64Array();
  exactly(() => {
    made = hostValues(estimates(j, tf.fill([rows], s), seed, options)) as Float64Array<ArrayBuffer>;
  });
  return made;
};
/** z of the sample mean by the sample's own spread. */
const zOf = (x: Float64Array, want: number): number => meanZ(x, want, varianceAbout(x, mean(x)));

const cases: readonly (readonly [string, Matrix, number, SeriesOptions])[] = [
  ["κ = 0.5, one term sure", plain, 0.5, { terms: 1, continuation: 0.5, lipschitz: 0.5 }],
  ["κ = 0.5, three terms sure", plain, 0.5, { terms: 3, continuation: 0.4, lipschitz: 0.5 }],
  ["κ = 0.5, normal probes", plain, 0.5, { terms: 1, continuation: 0.5, lipschitz: 0.5, probe: "normal" }],
  ["κ = 0.9", plain, 0.9, { terms: 2, continuation: 0.9, lipschitz: 0.9 }],
  ["κ = 0.5, a rotation", turn, 0.5, { terms: 1, continuation: 0.5, lipschitz: 0.5 }],
  ["κ = 0.9, a rotation back", turn, -0.9, { terms: 4, continuation: 0.9, lipschitz: 0.9 }],
];

describe.each(cases)("a random log-determinant, %s", (_, j, s, options) => {
  const rows = 6000;

  it("is right on average", () => {
    const made = drawn(j, s, rows, 1, options);
    expect(Math.abs(zOf(made, logAbsDet(shifted(j, s))))).toBeLessThan(mostZ);
    // Few enough errors for the test to see a term left out: the last sure one, and the first that is not.
    const error = Math.sqrt(varianceAbout(made, mean(made)) / rows);
    expect(error).toBeLessThan(0.03);
  });

  it("has a slope that is right on average", () =>
    exactly(() => {
      const slopes = gradient((at: Tensor) => estimates(j, at, 2, options).sum() as Scalar)(
        tf.fill([rows], s),
      ).gradient;
      const step = 1e-5;
      const want = (logAbsDet(shifted(j, s + step)) - logAbsDet(shifted(j, s - step))) / (2 * step);
      expect(Math.abs(zOf(hostValues(slopes), want))).toBeLessThan(mostZ);
    }));
});

describe("the variance of a random log-determinant", () => {
  /** E S² of S = Σ_{k ≤ N} a_k / P(N ≥ k) is Σ_kl a_k a_l / P(N ≥ min(k, l)). */
  const variance = (s: number, { terms, continuation }: SeriesOptions): number => {
    const count = 400;
    const a = range(count).map((i) => ((-1) ** i * s ** (i + 1)) / (i + 1));
    const reached = range(count).map((i) => continuation ** Math.max(0, i + 1 - terms));
    let second = 0;
    for (const k of range(count)) for (const l of range(count)) second += (a[k] * a[l]) / reached[Math.min(k, l)];
    return second - Math.log1p(s) ** 2;
  };
  const fourth = (x: Float64Array, centre: number): number => mean(x.map((v) => (v - centre) ** 4));

  it.each([
    [-0.6, { terms: 2, continuation: 0.7, lipschitz: 0.6 }],
    [0.8, { terms: 1, continuation: 0.9, lipschitz: 0.8 }],
    [-0.5, { terms: 1, continuation: 0.5, lipschitz: 0.5 }],
  ] as const)("is what the series says in one dimension, J = %d, %o", (s, options) => {
    const made = drawn([[1]], s, 20_000, 3, options);
    const want = variance(s, options);
    const kurtosis = fourth(made, Math.log1p(s)) / want ** 2;
    expect(Math.abs(meanZ(made, Math.log1p(s), want))).toBeLessThan(mostZ);
    expect(Math.abs(varianceZ(made, Math.log1p(s), want, kurtosis))).toBeLessThan(mostZ);
  });

  it("grows with the draws where the continuation probability is below κ²", () => {
    const spread = (continuation: number, rows: number): number => {
      const made = drawn([[1]], -0.9, rows, 4, { terms: 1, continuation, lipschitz: 0.9 });
      return varianceAbout(made, Math.log1p(-0.9));
    };
    expect(spread(0.9, 20_000)).toBeLessThan(1.2 * variance(-0.9, { terms: 1, continuation: 0.9, lipschitz: 0.9 }));
    expect(variance(-0.9, { terms: 1, continuation: 0.5, lipschitz: 0.9 })).toBeGreaterThan(1e60);
    expect(spread(0.5, 20_000)).toBeGreaterThan(5 * spread(0.9, 20_000));
  });
});

describe("a series that is cut", () => {
  it("is the sum of its terms, with their slopes", () =>
    exactly(() => {
      const s = fromHost([0.7, -0.4], [2]);
      for (const terms of [1, 2, 5]) {
        const options = { terms, continuation: 0, lipschitz: 0.8 };
        const made = hostValues(estimates([[1]], s, 5, options));
        const slopes = gradient((at: Tensor) => estimates([[1]], at, 5, options).sum() as Scalar)(s).gradient;
        for (const [i, x] of [0.7, -0.4].entries()) {
          const sum = range(terms).reduce((total, k) => total + ((-1) ** k * x ** (k + 1)) / (k + 1), 0);
          expect(made[i]).toBeCloseTo(sum, 14);
          expect(hostValues(slopes)[i]).toBeCloseTo(
            range(terms).reduce((total, k) => total + (-x) ** k, 0),
            14,
          );
        }
      }
    }));

  it("leaves out less than rounding where a random one ends at the latest", () => {
    for (const kappa of [1e-9, 0.1, 0.5, 0.9, 0.99, 0.999999]) {
      const n = lastTerm(kappa);
      expect(kappa ** (n + 1) / (1 - kappa)).toBeLessThan(2 ** -53);
    }
  });
});

describe("probes", () => {
  it("have mean 0 and the identity as covariance; signs are ±1", () =>
    exactly(() => {
      for (const [name, probe] of Object.entries(probes)) {
        const v = probe(key(hostKey(6)), [20_000, 2]);
        const [a, b] = [0, 1].map((i) => hostValues(v.slice([0, i], [20_000, 1])));
        for (const x of [a, b]) expect(Math.abs(meanZ(x, 0, 1)), name).toBeLessThan(mostZ);
        expect(
          Math.abs(
            meanZ(
              a.map((x, i) => x * b[i]),
              0,
              1,
            ),
          ),
          name,
        ).toBeLessThan(mostZ);
        if (name === "signs") for (const x of [...a, ...b]) expect(Math.abs(x)).toBe(1);
        else
          expect(
            Math.abs(
              meanZ(
                a.map((x) => x * x),
                1,
                2,
              ),
            ),
            name,
          ).toBeLessThan(mostZ);
      }
    }));
});

describe("a random log-determinant", () => {
  it("is the same compiled as op by op, with its slopes, and finite in single precision", () => {
    const options: SeriesOptions = { terms: 2, continuation: 0.9, lipschitz: 0.9 };
    const both = (s: Tensor): Tensor[] => {
      const { gradient: slopes } = gradient((at: Tensor) => estimates(plain, at, 7, options).sum() as Scalar)(s);
      return [estimates(plain, s, 7, options), slopes];
    };
    const fellBack: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => fellBack.push(message) });
    const start = inDouble(() => tf.fill([5], 0.8));
    const compiled = engine.compile(both)(start);
    exactly(() => {
      for (const [i, want] of both(start).entries())
        for (const [row, x] of hostValues(want).entries()) expect(hostValues(compiled[i])[row]).toBeCloseTo(x, 12);
    });
    for (const tensor of [start, ...compiled]) tensor.dispose();
    expect(fellBack).toEqual([]);
    inPrecision("f32", () =>
      tf.tidy(() => {
        for (const tensor of both(tf.fill([500], 0.8)))
          expect([...hostValues(tensor)].every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
