import {
  above,
  below,
  between,
  circular,
  columnStochastic,
  condition,
  correlation,
  correlationFactor,
  covariance,
  covarianceFactor,
  essBulk,
  flat,
  flatOn,
  increasing,
  inDouble,
  inverseWishart,
  lkj,
  lkjCholesky,
  logJoint,
  model,
  noncentred,
  normal,
  ordered,
  positiveIncreasing,
  priorPredictive,
  probabilities,
  real,
  sample,
  scaled,
  stochastic,
  sumToZero,
  sumToZeroMatrix,
  supports,
  uniform,
  uniformSphere,
  unitVector,
  wishartCholesky,
  zeroSumNormal,
} from "fluvial";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Conditioned } from "../../src/model/condition.ts";
import { supports as rows } from "../transforms/table.ts";

const densityAt = (conditioned: Conditioned<unknown>, z: readonly number[]): number =>
  inDouble(() =>
    tf.tidy(() => {
      const target = conditioned.at(conditioned.tensors());
      return target.logDensity(tf.tensor1d([...z])).dataSync()[0] as never;
    }),
  ) as unknown as number;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

it("has every support in the table of the contract", () => {
  const tested = Object.keys(rows).map((label) => label.split(/[(,]/)[0]);
  expect(Object.keys(supports).filter((name) => !tested.includes(name))).toEqual([]);
});

describe("bounds that depend on other latents", () => {
  const [a, b] = [0.7, -0.4];
  const alpha = sigmoid(a);
  const width = 1 - alpha;
  /** α uniform on (0, 1), β on (0, 1 − α): Jacobians of both, and the density 1/(1 − α) of a proper β. */
  const jacobians = Math.log(alpha * (1 - alpha)) + Math.log(width * sigmoid(b) * (1 - sigmoid(b)));
  const first = model("garch").latent("alpha1", uniform(0, 1));

  it("of a uniform and of a flat prior", () => {
    const proper = first.latent("beta1", ({ alpha1 }) => uniform(0, tf.sub(1, alpha1)));
    expect(Math.abs(densityAt(condition(proper, {}), [a, b]) - (jacobians - Math.log(width)))).toBeLessThan(1e-13);
    const improper = first.latent("beta1", ({ alpha1 }) => flat({ lower: 0, upper: tf.sub(1, alpha1) }));
    expect(Math.abs(densityAt(condition(improper, {}), [a, b]) - jacobians)).toBeLessThan(1e-13);
    const point = condition(improper, {}).unconstrain({ alpha1: alpha, beta1: width * sigmoid(b) });
    expect(Math.abs(point[0] - a) + Math.abs(point[1] - b)).toBeLessThan(1e-12);
  });

  it("of one end alone, and of vectors", () => {
    const above = model("above")
      .latent("low", normal(0, 1, [2]))
      .latent("x", ({ low }) => flat({ lower: low }))
      .latent("y", ({ x }) => flat({ upper: x }));
    const conditioned = condition(above, {});
    expect(conditioned.size).toBe(6);
    const z = [0.3, -1, 0.5, 0.1, -0.7, 2];
    const normals = -0.5 * (0.09 + 1) - Math.log(2 * Math.PI);
    expect(Math.abs(densityAt(conditioned, z) - (normals + z[2] + z[3] + z[4] + z[5]))).toBeLessThan(1e-13);
  });

  it("of a raw log joint, as functions of what is declared before", async () => {
    const joint = logJoint(
      {
        data: { top: [] },
        latent: {
          alpha1: between(0, 1),
          beta1: between(0, ({ alpha1 }) => tf.sub(1, alpha1)),
          low: above(({ beta1 }) => beta1, [2]),
          x: below(({ top }) => top),
          y: scaled(({ x }) => x, 2),
        },
      },
      ({ alpha1, y }) => alpha1.mul(0).add(y),
    );
    const conditioned = condition(joint, { top: 5 });
    const z = [a, b, 0.3, -1, 0.2, 0.1];
    const y = 5 - Math.exp(0.2) + 2 * 0.1;
    expect(Math.abs(densityAt(conditioned, z) - (jacobians + 0.3 - 1 + 0.2 + Math.log(2) + y))).toBeLessThan(1e-13);
    const latents = { alpha1: 0.25, beta1: 0.5, low: [0.75, 2], x: 4, y: 3 };
    const back = conditioned.unconstrain(latents);
    const expected = [Math.log(1 / 3), Math.log(2), Math.log(0.25), Math.log(1.5), 0, -0.5];
    for (const [i, each] of expected.entries()) expect(Math.abs(back[i] - each)).toBeLessThan(1e-13);
    const { draws } = await sample(joint, { top: 5 }, { chains: 1, draws: 20, warmup: 20, seed: 1 } as never);
    const [first, second] = [draws.alpha1.values, draws.beta1.values];
    expect(first.every((x, i) => x + second[i] <= 1)).toBe(true);
  });

  it("say which latent they belong to when they are wrong", () => {
    const of = (bound: never): (() => unknown) => {
      const joint = logJoint({ latent: { m: real([2]), x: above(bound) } }, ({ x }) => x);
      return () => condition(joint, {});
    };
    expect(of((() => undefined) as never)).toThrow('"x": above: a bound must be a number, a tensor, or a function');
    expect(of((({ n }: { n: number }) => n) as never)).toThrow('"x": there is no "n" in the model so far');
    expect(of((({ m }: { m: number }) => m) as never)).toThrow('"x": its bounds have shape [2], which does not spread');
  });

  it("refuse starts outside them or on their edge", () => {
    const proper = condition(
      first.latent("beta1", ({ alpha1 }) => uniform(0, tf.sub(1, alpha1))).latent("r", lkj(2, 1)),
      {},
    );
    const r = [
      [1, 0.5],
      [0.5, 1],
    ];
    const start =
      (alpha1: number, beta1: number, matrix = r) =>
      () =>
        proper.unconstrain({ alpha1, beta1, r: matrix } as never);
    expect(start(0.5, 0.25)).not.toThrow();
    expect(start(0.5, 0.75)).toThrow(
      '"beta1": expected numbers between 0 and their upper bound, away from any edge, got 0.75',
    );
    expect(start(1, 0)).toThrow('"alpha1": expected numbers between 0 and 1, away from any edge, got 1');
    expect(start(0.5, 0.25, [r[0], [0.4, 1]])).toThrow('"r": expected correlation matrices, away from any edge, got 1');
  });

  it("refuse priors that cannot be drawn from", () => {
    const improper = first.latent("beta1", ({ alpha1 }) => flat({ lower: 0, upper: tf.sub(1, alpha1) }));
    expect(() => priorPredictive(improper, {}, { draws: 2 } as never)).toThrow(
      'latent "beta1": flat is improper and cannot be drawn from',
    );
  });
});

it("noncentred(zeroSumNormal(tau, …)) has standard normals for free numbers", () => {
  const centred = model("centred")
    .latent("tau", uniform(0, 4))
    .latent("x", ({ tau }) => zeroSumNormal(tau, [2, 4]));
  const loose = model("loose")
    .latent("tau", uniform(0, 4))
    .latent("x", ({ tau }) => noncentred(zeroSumNormal(tau, [2, 4])));
  const z = [0.3, 1.2, -0.5, 0.1, -0.7, 2, 0.4];
  const prior = Math.log(sigmoid(0.3) * (1 - sigmoid(0.3)));
  const normals = z.slice(1).reduce((sum, x) => sum - (x * x) / 2 - Math.log(2 * Math.PI) / 2, 0);
  const conditioned = condition(loose, {});
  expect(Math.abs(densityAt(conditioned, z) - (prior + normals))).toBeLessThan(1e-12);
  const tau = 4 * sigmoid(0.3);
  const scaledUp = z.map((x, i) => (i === 0 ? x : x * tau));
  expect(Math.abs(densityAt(condition(centred, {}), scaledUp) - (prior + normals - 6 * Math.log(tau)))).toBeLessThan(
    1e-12,
  );
});

describe("declarations of a raw log joint", () => {
  const declared = {
    scaled: [scaled(3, 2, ["J"]), [4], 4],
    circular: [circular(["J"]), [4], 4],
    increasing: [increasing(["J"]), [4], 4],
    positiveIncreasing: [positiveIncreasing(["J"]), [4], 4],
    probabilities: [probabilities([2, "J"]), [2, 4], 6],
    sumToZero: [sumToZero([2, "J"]), [2, 4], 6],
    sumToZeroMatrix: [sumToZeroMatrix([3, "J"]), [3, 4], 6],
    unitVector: [unitVector(["J"]), [4], 3],
    stochastic: [stochastic([3, "J"]), [3, 4], 9],
    columnStochastic: [columnStochastic([3, "J"]), [3, 4], 8],
    correlation: [correlation("J"), [4, 4], 6],
    correlationFactor: [correlationFactor("J", [2]), [2, 4, 4], 12],
    covariance: [covariance(3, ["J"]), [4, 3, 3], 24],
    covarianceFactor: [covarianceFactor("J"), [4, 4], 10],
  } as const;

  it.each(Object.entries(declared))("%s", (name, [latent, shape, size]) => {
    const joint = logJoint({ data: { y: ["J"] }, latent: { [name]: latent, m: real() } }, ({ [name]: x, m }) =>
      x.square().sum().add(m.square()).mul(-0.5),
    );
    const conditioned = condition(joint as never, { y: [1, 2, 3, 4] } as never) as Conditioned<unknown>;
    expect(conditioned.quantities[name].shape).toEqual(shape);
    expect(conditioned.size).toBe(size + 1);
    expect(densityAt(conditioned, new Array(size + 1).fill(0.1))).toBeTypeOf("number");
  });

  it("say how many rows a matrix has", () => {
    expect(() => correlation(["K"] as never)).toThrow(
      'correlation: expected the number of rows or the name of their axis, as in correlation(3) or correlation("K"), got ["K"]',
    );
    const flatMatrix = logJoint({ latent: { r: correlation(1) } }, ({ r }) => r.sum());
    expect(() => condition(flatMatrix, {})).toThrow("correlation: expected a square matrix of at least 2 rows");
  });
});

it("priors sampled on the free scale have the moments of their draws: every Jacobian counts", async () => {
  const priors = model("priors")
    .latent("l", lkjCholesky(3, 1.5))
    .latent("r", lkj(3, 2))
    .latent(
      "w",
      wishartCholesky(6, [
        [2, 0.5],
        [0.5, 1],
      ]),
    )
    .latent(
      "v",
      inverseWishart(12, [
        [2, 0.5],
        [0.5, 1],
      ]),
    )
    .latent("u", uniformSphere(4))
    .latent("s", zeroSumNormal(2, [3]))
    .latent("o", ordered(normal(1, 2), [3]))
    .latent("p", flatOn(supports.simplex, [3]))
    .latent("a", flatOn(supports.circular));
  const posterior = await sample(priors, {}, { chains: 4, draws: 2000, warmup: 600, seed: 5 } as never);
  const w = [2, 0.5, 0.5, 1];
  /** Mean and variance of some elements. */
  const expected: Readonly<Record<string, readonly (readonly [index: number, mean: number, variance: number])[]>> = {
    l: [3, 6, 7].map((i) => [i, 0, 1 / 5] as const),
    r: [1, 2, 5].map((i) => [i, 0, 1 / 6] as const),
    v: [0, 1, 3].map((i) => {
      const diagonal = [w[0] * w[0], w[0] * w[3], 0, w[3] * w[3]][i];
      return [i, w[i] / 9, (11 * w[i] ** 2 + 9 * diagonal) / (10 * 81 * 7)] as const;
    }),
    u: [0, 3].map((i) => [i, 0, 1 / 4] as const),
    s: [0, 2].map((i) => [i, 0, 4 * (2 / 3)] as const),
    // The middle of three normals; David & Nagaraja 2003: variance 1 − √3/π of a standard one, the ends at ∓ 3/(2√π).
    o: [
      [1, 1, 4 * (1 - Math.sqrt(3) / Math.PI)],
      [2, 1 + (2 * 1.5) / Math.sqrt(Math.PI), 4 * (1 + Math.sqrt(3) / (2 * Math.PI) - 9 / (4 * Math.PI))],
    ],
    p: [0, 2].map((i) => [i, 1 / 3, 1 / 18] as const),
    a: [[0, 0, Math.PI ** 2 / 3]],
  };
  const all = posterior.draws as unknown as Record<string, { shape: readonly number[]; values: Float64Array }>;
  for (const [name, elements] of Object.entries(expected)) {
    const { shape, values } = all[name];
    const width = values.length / (shape[0] * shape[1]);
    for (const [i, mean, variance] of elements) {
      const chains = Array.from({ length: shape[0] }, (_, c) =>
        Float64Array.from({ length: shape[1] }, (_, k) => values[(c * shape[1] + k) * width + i]),
      );
      for (const [label, f, truth] of [
        ["mean", (x: number) => x, mean],
        ["variance", (x: number) => (x - mean) ** 2, variance],
      ] as const) {
        const changed = chains.map((chain) => chain.map(f));
        const flatDraws = changed.flatMap((chain) => [...chain]);
        const average = flatDraws.reduce((sum, x) => sum + x, 0) / flatDraws.length;
        const spread = flatDraws.reduce((sum, x) => sum + (x - average) ** 2, 0) / flatDraws.length;
        const z = (average - truth) / Math.sqrt(spread / Math.min(essBulk(changed), flatDraws.length));
        expect(Math.abs(z), `${label} of ${name}[${i}]: ${average} for ${truth}`).toBeLessThan(4.5);
      }
    }
  }
});
