import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import * as d from "../../src/distributions/index.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { condition } from "../../src/model/condition.ts";
import { model } from "../../src/model/model.ts";
import { key } from "../../src/ops/random.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";

type Rows = readonly (readonly number[])[];
interface Case {
  readonly kernel: string;
  readonly inputs: "line" | "plane";
  readonly among: Rows;
  readonly between: Rows;
  readonly variance: readonly number[];
  readonly logProb: number;
  readonly mean: readonly number[];
  readonly covariance: Rows;
}
interface Known {
  readonly inputs: Readonly<Record<string, Rows>>;
  readonly new: Readonly<Record<string, Rows>>;
  readonly seen: Readonly<Record<string, readonly number[]>>;
  readonly noise: number;
  readonly level: number;
  readonly cases: readonly Case[];
}
const known: Known = JSON.parse(readFileSync(new URL("../known/gaussianProcesses.json", import.meta.url), "utf8"));
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** The kernels of the reference program at an amplitude and a length. */
const kernels: Readonly<Record<string, (amplitude: Tensor | number, length: Tensor | number) => d.CovarianceKernel>> = {
  squaredExponential: (amplitude, lengthScale) => d.squaredExponential({ amplitude, lengthScale }),
  "squaredExponential, ARD": (amplitude, length) =>
    d.squaredExponential({ amplitude, lengthScale: tf.stack([tf.mul(length, 1), tf.mul(length, 0.8 / 2.3)]) }),
  matern12: (amplitude, lengthScale) => d.matern12({ amplitude, lengthScale }),
  matern32: (amplitude, lengthScale) => d.matern32({ amplitude, lengthScale }),
  matern52: (amplitude, lengthScale) => d.matern52({ amplitude, lengthScale }),
  "matern52, ARD": (amplitude, length) =>
    d.matern52({ amplitude, lengthScale: tf.stack([tf.mul(length, 1), tf.mul(length, 0.8 / 2.3)]) }),
  rationalQuadratic: (amplitude, lengthScale) => d.rationalQuadratic({ amplitude, lengthScale, alpha: 0.6 }),
  periodic: (amplitude, lengthScale) => d.periodic({ amplitude, lengthScale, period: 5.5 }),
  linear: (amplitude) => d.linearKernel({ amplitude: tf.mul(amplitude, 0.7 / 1.7) }),
  constant: (amplitude) => d.constantKernel({ amplitude }),
  white: (amplitude) => d.white({ amplitude }),
  "sum and product": (amplitude, lengthScale) =>
    d.sumOfKernels(
      d.productOfKernels(d.squaredExponential({ amplitude, lengthScale }), d.linearKernel()),
      d.white({ amplitude: 0.4 }),
      d.matern32({ lengthScale: 1.1 }),
    ),
};

const expectClose = (got: Tensor, want: readonly number[], label: string): void => {
  const largest = Math.max(1, ...want.map(Math.abs));
  const values = hostValues(got);
  expect(values.length).toBe(want.length);
  for (const [i, value] of values.entries())
    expect(Math.abs(value - want[i]), `${label}[${i}]: ${value}, expected ${want[i]}`).toBeLessThan(1e-10 * largest);
};

const points = (rows: Rows): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);

describe.each(known.cases.map((each) => [`${each.kernel}, ${each.inputs}`, each] as const))("%s", (label, each) => {
  const [inputs, at, seen] = [known.inputs, known.new, known.seen].map((all) => all[each.inputs]) as [
    Rows,
    Rows,
    number[],
  ];
  const make = kernels[each.kernel];
  const process = { inputs, mean: known.level, noise: known.noise };

  it("has the covariances of the reference", () =>
    exactly(() => {
      const kernel = make(1.7, 2.3);
      expectClose(kernel.among(points(inputs)), each.among.flat(), `${label}, among`);
      expectClose(kernel.between(points(inputs), points(at)), each.between.flat(), `${label}, between`);
      expectClose(kernel.variance(points(inputs)), each.variance, `${label}, variance`);
    }));

  it("has its log-density and its predictions", () =>
    exactly(() => {
      const options = { ...process, kernel: make(1.7, 2.3) };
      const one = d.gaussianProcess(options);
      expectClose(one.logProb(fromHost(seen, [seen.length])), [each.logProb], label);
      expectClose(
        one.variance(),
        each.variance.map((v) => v + known.noise ** 2),
        `${label}, variance`,
      );
      const { mean, covariance, distribution } = d.predictProcess({ ...options, observed: seen, at });
      expectClose(mean, each.mean, `${label}, mean`);
      expectClose(covariance, each.covariance.flat(), `${label}, covariance`);
      expect(distribution.shape).toEqual([at.length]);
      const noisy = d.predictProcess({ ...options, observed: seen, at, newNoise: 2 }).covariance;
      expectClose(
        noisy.sub(covariance),
        range(at.length).flatMap((i) => range(at.length).map((j) => (i === j ? 4 : 0))),
        `${label}, noise`,
      );
    }));

  it("has one log density and gradient in both engines, that of differences", () => {
    const formula = ([amplitude, length, noise, x]: readonly Tensor[]): Tensor =>
      d
        .gaussianProcess({ kernel: make(amplitude, length), inputs: x, mean: known.level, noise })
        .logProb(fromHost(seen, [seen.length]));
    const given = [
      real([], [1.7]),
      real([], [2.3]),
      real([], [0.6]),
      real([inputs.length, inputs[0].length], inputs.flat()),
    ];
    expectEnginesAgree(label, withSlopesIn(formula, [0, 1, 2, 3]), given);
    expectDifferences(label, formula, given, [0, 1, 2, 3]);
    const predicted = ([amplitude, length]: readonly Tensor[]): Tensor => {
      const kernel = make(amplitude, length);
      const { mean, covariance } = d.predictProcess({ ...process, kernel, observed: seen, at });
      return mean.sin().sum().add(covariance.div(1000).sin().sum());
    };
    expectEnginesAgree(label, withSlopesIn(predicted, [0, 1]), given);
    if (each.kernel.startsWith("s")) expectDifferences(label, predicted, given, [0, 1]);
  });
});

const kernel = d.squaredExponential({ amplitude: 1.7, lengthScale: 2 });
const line = [0, 1, 2.5, 4];

it("is a latent function by standard normals: f − mean = L z with L Lᵀ the covariance", () =>
  exactly(() => {
    const at = (z: Tensor): Tensor => d.latentProcess({ kernel, inputs: line, mean: (x) => x.mul(0.5) }, z);
    const level = line.map((x) => 0.5 * x);
    expectClose(at(tf.zeros([4])), level, "mean");
    const factor = tf.stack(
      range(4).map((i) => at(tf.oneHot([i], 4).cast("float32").squeeze([0])).sub(fromHost(level, [4]))),
    );
    const want = kernel.among(points(line.map((x) => [x])));
    expectClose(
      tf.matMul(factor, factor, true),
      [...hostValues(want.add(tf.eye(4).mul(1e-9 * 1.7 ** 2)))],
      "covariance",
    );
  }));

it("adds jitter where points lie close, and none where there is noise or it is told so", () =>
  exactly(() => {
    const close = range(60).map((i) => i / 30);
    const x = fromHost(close.map(Math.sin), [60]);
    const logProb = (more: object): number =>
      hostValues(d.gaussianProcess({ kernel, inputs: close, ...more }).logProb(x))[0];
    expect(logProb({})).not.toBeNaN();
    expect(logProb({ jitter: 0 })).toBeNaN();
    const noisy = d.multivariateNormal(0, {
      covariance: kernel.among(points(close.map((each) => [each]))).add(tf.eye(60).mul(0.25)),
    });
    expect(logProb({ noise: 0.5 })).toBeCloseTo(hostValues(noisy.logProb(x))[0], 9);
  }));

it("draws with its covariance", () =>
  exactly(() => {
    const one = d.gaussianProcess({ kernel, inputs: line, noise: 0.3 });
    const draws = one.sample(key(hostKey(3)), [20_000]);
    const want = hostValues(kernel.among(points(line.map((x) => [x]))).add(tf.eye(4).mul(0.09)));
    const products = draws.expandDims(1).mul(draws.expandDims(2));
    const { mean, variance } = tf.moments(products, 0);
    const [got, spread] = [hostValues(mean), hostValues(variance)];
    for (const [i, value] of got.entries())
      expect(Math.abs(value - want[i]) / Math.sqrt(spread[i] / 20_000)).toBeLessThan(4.5);
  }));

it("samples in the compiled engine, as in posteriordb's gp_regr", () => {
  const regression = model("gp_regr")
    .data("x", ["N"])
    .latent("rho", d.gamma(25, 4))
    .latent("alpha", d.halfNormal(0, 2))
    .latent("sigma", d.halfNormal(0, 1))
    .observe(
      "y",
      ({ x, rho, alpha, sigma }) =>
        d.gaussianProcess({
          kernel: d.squaredExponential({ amplitude: alpha, lengthScale: rho }),
          inputs: x,
          noise: sigma.sqrt(),
        }),
      ["N"],
    );
  const data = { x: [-10, -8, -6, -4, -2], y: [4.75906, 1.59423, 2.99548, 5.27501, 1.66472] };
  const conditioned = condition(regression, data);
  const tensors = conditioned.tensors();
  const logDensity = (z: Tensor, given: typeof tensors): Scalar => conditioned.at(given).logDensity(z) as Scalar;
  const compiled = compiledEngine().gradient(logDensity, conditioned.size, tensors);
  expect(compiled.nuts, "compiled, sampler included").toBeDefined();
  const slopes = new Float64Array(3);
  expect(Number.isFinite(compiled.at(Float64Array.of(1.7, 0.5, 0.2), slopes))).toBe(true);
  expect(slopes.every(Number.isFinite)).toBe(true);
});

it.each<[string, () => unknown, string]>([
  ["no kernel", () => d.gaussianProcess({ inputs: line } as never), "gaussianProcess: kernel must be one such as"],
  [
    "no inputs",
    () => d.gaussianProcess({ kernel } as never),
    "gaussianProcess: inputs must be points [n] or [n, d], got nothing",
  ],
  [
    "an unknown option",
    () => d.gaussianProcess({ kernel, input: line } as never),
    'gaussianProcess: unknown option "input" (did you mean "inputs"?)',
  ],
  [
    "bad jitter",
    () => d.gaussianProcess({ kernel, inputs: line, jitter: -1 }),
    "gaussianProcess: jitter must be a finite number from 0, got -1",
  ],
  [
    "a bad scale",
    () => d.squaredExponential({ lengthScale: 0 }),
    "squaredExponential: lengthScale must be positive and finite, got 0",
  ],
  [
    "a misspelt scale",
    () => d.matern32({ lengthscale: 1 } as never),
    'matern32: unknown option "lengthscale" (did you mean "lengthScale"?)',
  ],
  ["no kernels to sum", () => d.sumOfKernels(), "sumOfKernels: expected at least one kernel"],
  ["what is no kernel", () => d.productOfKernels(kernel, 3 as never), "productOfKernels: expected kernels such as"],
  [
    "z of another length",
    () => d.latentProcess({ kernel, inputs: line }, tf.zeros([3])),
    "latentProcess: expected 4 standard normals z",
  ],
  [
    "a mean for old points only",
    () => d.predictProcess({ kernel, inputs: line, observed: line, at: [1], mean: [1, 2, 3, 4] as never }),
    "predictProcess: mean must be a number or a function",
  ],
  [
    "a negative noise",
    () => d.gaussianProcess({ kernel, inputs: line, noise: -1 }),
    "gaussianProcess: noise must be finite and not negative, got -1",
  ],
  [
    "more lengths than columns",
    () =>
      d
        .gaussianProcess({
          kernel: d.matern32({ lengthScale: [1, 2, 3] }),
          inputs: [
            [1, 2],
            [3, 4],
          ],
        })
        .logProb(tf.zeros([2])),
    "lengthScale: expected one number, or one for each column of the inputs, 2, got 3",
  ],
  [
    "observations of another length",
    () => d.predictProcess({ kernel, inputs: line, observed: [1], at: [1] }),
    "predictProcess: observed must be [4]",
  ],
])("refuses %s", (_, f, message) => {
  expect(f).toThrow(message);
});
