import { describe, expect, it, vi } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { mcseMean } from "../../src/diagnostics/mcse.ts";
import type { Cumulative, Distribution, Moments } from "../../src/distributions/distribution.ts";
import * as d from "../../src/distributions/index.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { sample } from "../../src/infer/sample.ts";
import { condition } from "../../src/model/condition.ts";
import { model } from "../../src/model/model.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { wholeNumbers } from "../../src/transforms/discrete.ts";
import { realLine } from "../../src/transforms/real.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";
import { chiSquareZ, kolmogorovSmirnov } from "./statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const worst = (got: Tensor, expected: ArrayLike<number>): number =>
  Math.max(...[...hostValues(got)].map((value, i) => Math.abs(value - expected[i])));
const list = (x: Tensor): number[] => [...hostValues(x)];

const weights = [0.2, 0.5, 0.3];
const [loc, scale] = [
  [-2, 0.5, 3],
  [0.5, 2, 1],
];
/** Three normals, as a list and as one. */
const forms = (): readonly [string, Distribution & Moments & Cumulative][] => [
  ["a list", d.mixture(weights, loc.map((each, i) => d.normal(each, scale[i])) as never)],
  ["one distribution", d.mixture(weights, d.normal(loc, scale) as never)],
  ["logits", d.mixture({ logits: weights.map((w) => Math.log(w) + 7) }, d.normal(loc, scale) as never)],
];

describe.each(forms())("normals, %s", (_, mixed) => {
  const x = [-5, -2, 0.3, 2.9, 30];

  it("have the density, tails and moments of the sum", () =>
    exactly(() => {
      const at = fromHost(x, [5]);
      const parts = loc.map((each, i) => d.normal(each, scale[i]) as Distribution & Moments & Cumulative);
      const summed = (f: (one: (typeof parts)[0]) => Tensor): number[] =>
        x.map((__, i) => parts.reduce((sum, one, k) => sum + weights[k] * hostValues(f(one))[i], 0));
      expect(worst(mixed.logProb(at), summed((one) => one.logProb(at).exp()).map(Math.log))).toBeLessThan(1e-13);
      expect(
        worst(
          mixed.cdf(at),
          summed((one) => one.cdf(at)),
        ),
      ).toBeLessThan(1e-14);
      expect(
        worst(mixed.logSurvival(at.slice(4)), [Math.log(0.5) + hostValues(parts[1].logSurvival(at))[4]]),
      ).toBeLessThan(1e-11);
      const mean = loc.reduce((sum, each, k) => sum + weights[k] * each, 0);
      const variance = loc.reduce((sum, each, k) => sum + weights[k] * (scale[k] ** 2 + (each - mean) ** 2), 0);
      expect(worst(mixed.mean(), [mean])).toBeLessThan(1e-14);
      expect(worst(mixed.variance(), [variance])).toBeLessThan(1e-13);
    }));

  it("draw what they say", () =>
    exactly(() => {
      const draws = hostValues(mixed.sample(key(hostKey(3)), [20_000]));
      const cdf = (sorted: Float64Array): Float64Array => hostValues(mixed.cdf(fromHost(sorted, [sorted.length])));
      expect(kolmogorovSmirnov(draws, cdf)).toBeLessThan(1.95);
    }));
});

describe("shapes", () => {
  it("are those of weights and components, broadcast", () =>
    exactly(() => {
      const many = fromHost([0.2, 0.8, 0.5, 0.5, 0.9, 0.1], [3, 2]);
      const one = d.mixture(many, [d.normal(0, 1), d.normal([1, 2, 3], 2)]);
      expect(one.shape).toEqual([3]);
      expect(one.sample(key(hostKey(1)), [7]).shape).toEqual([7, 3]);
      const alike = d.mixture(many, d.normal(fromHost([0, 1, 0, 2, 0, 3], [3, 2]), [1, 2]));
      expect(worst(alike.logProb(tf.scalar(0.4)), list(one.logProb(tf.scalar(0.4))))).toBeLessThan(1e-15);
      expect(one.logProb(tf.ones([5, 3])).shape).toEqual([5, 3]);
      expect(d.mixture([0.5, 0.5], [d.normal(0, 1), d.normal(0, 2)], [4, 2]).shape).toEqual([4, 2]);
    }));

  it("hold events", () =>
    exactly(() => {
      const pairs = [0, 4].map((at) =>
        d.multivariateNormal([at, -at], {
          covariance: [
            [1, 0.5],
            [0.5, 2],
          ],
        }),
      );
      const mixed = d.mixture([0.25, 0.75], pairs);
      expect([mixed.rank, mixed.shape, mixed.support.rank]).toEqual([1, [2], 1]);
      const x = fromHost([0, 0, 4, -3], [2, 2]);
      const expected = [0, 1].map((i) =>
        Math.log(
          0.25 * Math.exp(hostValues(pairs[0].logProb(x))[i]) + 0.75 * Math.exp(hostValues(pairs[1].logProb(x))[i]),
        ),
      );
      expect(worst(mixed.logProb(x), expected)).toBeLessThan(1e-13);
      expect(mixed.sample(key(hostKey(1)), [6]).shape).toEqual([6, 2]);
      const draws = mixed.sample(key(hostKey(2)), [8000]).sub([3, -3]);
      // Variance of an element: 1 or 2 within components and 0.25 · 0.75 · 4² between.
      const z = draws.mean(0).div(
        fromHost([1 + 3, 2 + 3], [2])
          .div(8000)
          .sqrt(),
      );
      expect(Math.max(...list(z.abs()))).toBeLessThan(4.5);
    }));
});

describe("supports", () => {
  it("are the components' one, or the real line that holds them all", () => {
    expect(d.mixture([0.5, 0.5], [d.normal(0, 1), d.normal(0, 3)]).support).toBe(realLine);
    expect(d.mixture([0.5, 0.5], [d.lognormal(0, 1) as d.Continuous, d.normal(0, 3)]).support).toBe(realLine);
    expect(d.mixture([0.5, 0.5], [d.poisson(2), d.geometric(0.5)]).support).toBe(wholeNumbers);
    expect(d.mixture([0.5, 0.5], [d.uniform(0, 2), d.uniform(0, 2)]).support.bounds).toEqual([0, 2]);
  });

  it("of counts are what any of them takes", () =>
    exactly(() => {
      const mixed = d.mixture([0.5, 0.5], [d.binomial(3, 0.5), d.discreteUniform(7, 9)]);
      expect(list(mixed.support.contains(fromHost([0, 3, 4, 7, 9, 10], [6])))).toEqual([1, 1, 0, 1, 1, 0]);
      expect(worst(mixed.logProb(fromHost([2, 5, 8], [3])).exp(), [3 / 16, 0, 1 / 6])).toBeLessThan(1e-15);
      const one = d.mixture([0.5, 0.5], d.binomial([3, 9], 0.5));
      expect(list(one.support.contains(fromHost([3, 9, 10], [3])))).toEqual([1, 1, 0]);
      const probabilities = Array.from({ length: 10 }, (_, k) => hostValues(one.logProb(tf.scalar(k)).exp())[0]);
      expect(Math.abs(chiSquareZ(hostValues(one.sample(key(hostKey(4)), [20_000])), probabilities))).toBeLessThan(3.5);
    }));
});

describe("weights of 0", () => {
  it("leave a component out, with slopes that are numbers", () =>
    exactly(() => {
      const at = { w: fromHost([0, 1], [2]), loc: fromHost([-1, 2], [2]) };
      const log = ({ w, loc: means }: typeof at): Scalar =>
        d.mixture(w, d.normal(means, 1)).logProb(tf.scalar(1.5)) as Scalar;
      const { value, gradient: slope } = gradient(log)(at);
      const alone = (mean: number): number => hostValues(d.normal(mean, 1).logProb(tf.scalar(1.5)))[0];
      expect(worst(value, [alone(2)])).toBeLessThan(1e-15);
      expect(worst(slope.w, [Math.exp(alone(-1) - alone(2)), 1])).toBeLessThan(1e-14);
      expect(list(slope.loc)).toEqual([0, -0.5]);
      const apart = d.mixture([0, 1], [d.uniform(0, 1), d.uniform(0, 1)]);
      expect(list(apart.logProb(fromHost([0.5, 2], [2])))).toEqual([0, Number.NEGATIVE_INFINITY]);
      expect(
        list(d.mixture([0, 1], [d.cauchy(0, 1) as never, d.normal(3, 1) as never]).logProb(tf.scalar(3))),
      ).toHaveLength(1);
    }));
});

it("of one component is that component, with its slopes", () =>
  exactly(() => {
    const log = (w: Tensor): Scalar => d.mixture(w, [d.normal(0, 1)]).logProb(tf.scalar(0.3)) as Scalar;
    const { value, gradient: slope } = gradient(log)(fromHost([1], [1]));
    expect(worst(value, list(d.normal(0, 1).logProb(tf.scalar(0.3))))).toBeLessThan(1e-15);
    expect(list(slope)).toEqual([1]);
  }));

describe("in both engines", () => {
  it("a mixture of unlike components has one value and the slopes of finite differences", () => {
    const x = real([4], [-1, 0.2, 1.5, 40]);
    const inputs = [x, real([2], [0.3, 0.7]), real([], [0.4]), real([], [1.2])];
    const total = ([at, w, one, other]: readonly Tensor[]): Tensor =>
      d
        .mixture(w, [d.normal(one, other), d.studentT(3, one, 2)])
        .logProb(at)
        .sum();
    for (const precision of ["f64", "f32"] as const)
      expectEnginesAgree("mixture", withSlopesIn(total, [0, 1, 2, 3]), inputs, { precision });
    expectDifferences("mixture", total, inputs, [0, 1, 2, 3]);
    const draws = ([k, w, one]: readonly Tensor[]): Tensor =>
      d
        .mixture(w, [d.normal(one, 1), d.normal(3, 2)])
        .sample(k as never, [50])
        .sin()
        .sum();
    expectEnginesAgree("draws", withSlopesIn(draws, [2]), [
      { type: "int", shape: [2], values: Int32Array.from([3, 9]) },
      ...inputs.slice(1, 3),
    ]);
  });
});

describe("in a model", () => {
  it("a latent may have it, and hidden states are summed out of observations", async () => {
    const bimodal = d.mixture([0.3, 0.7], [d.normal(-1, 0.5), d.normal(2, 0.5)]);
    const data = [0.1, -0.2, 1.9, 2.2, 2.1, 0.3, 0.2, 1.8];
    const switching = model("switching")
      .latent("level", bimodal)
      .latent("stay", d.beta(8, 2))
      .observe(
        "y",
        ({ level, stay }) => {
          const leave = tf.sub(1, stay);
          const transition = tf.stack([stay, leave, leave, stay]).reshape([2, 2]);
          const means = tf.stack([tf.zerosLike(level), level]);
          return d.hiddenMarkov({ initial: [0.5, 0.5], transition, emission: d.normal(means, 0.4), length: 8 });
        },
        ["t"],
      );
    const conditioned = condition(switching, { y: data });
    const engine = compiledEngine();
    const said: string[] = [];
    const told = vi.spyOn(console, "warn").mockImplementation((line: string) => said.push(line));
    const drawn = await sample(switching, { y: data }, { seed: 1, chains: 2, draws: 300, engine });
    told.mockRestore();
    expect(said.filter((line) => line.includes("op by op"))).toEqual([]);
    // The posterior mean by a grid over both latents.
    const grid = Array.from({ length: 60 }, (_, i) => -1 + (4.5 * i) / 59);
    const shares = Array.from({ length: 25 }, (_, i) => (i + 0.5) / 25);
    const points = grid.flatMap((level) => shares.map((stay) => ({ level, stay })));
    const flat = points.flatMap(({ level, stay }) => [level, Math.log(stay / (1 - stay))]);
    const given = inDouble(() => conditioned.tensors());
    const density = engine.compile((z: Tensor, y: typeof given) => conditioned.at(y).logDensity(z));
    const onFreeScale = hostValues(density(engine.tensor(flat, [points.length, 2]), given));
    // The Jacobian of stay is taken out again.
    const logs = [...onFreeScale].map((l, i) => l - Math.log(points[i].stay * (1 - points[i].stay)));
    const most = Math.max(...logs);
    const mass = logs.map((l) => Math.exp(l - most));
    const mean = points.reduce((sum, { level }, i) => sum + mass[i] * level, 0) / mass.reduce((a, b) => a + b, 0);
    const values = drawn.draws.level.values;
    const got = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(got - mean) / mcseMean([values.slice(0, 300), values.slice(300)])).toBeLessThan(4.5);
  });
});

describe("errors", () => {
  it.each<[() => unknown, string]>([
    [
      () => d.mixture([0.5, 0.5], [d.normal(0, 1)]),
      "mixture: 2 weights for 1 components; expected one weight for each",
    ],
    [
      () => d.mixture([0.5, 0.4], [d.normal(0, 1), d.normal(1, 1)]),
      "mixture: weights must be probabilities that sum to 1",
    ],
    [() => d.mixture([0.5, 0.5], [] as never), "mixture: its components must be a list of distributions"],
    [() => d.mixture([0.5, 0.5], d.normal(0, 1)), "mixture: give a list of components, or one distribution whose last"],
    [
      () => d.mixture([0.5, 0.5], [d.normal(0, 1) as Distribution, d.poisson(1)]),
      "mixture: normal, poisson are both continuous and discrete; for extra zeros use zeroInflated or hurdle",
    ],
    [
      () => d.mixture([0.5, 0.5], [d.uniform(0, 1), d.uniform(0, 2)]),
      "mixture: its components must have one support, got numbers between 0 and 1; numbers between 0 and 2",
    ],
    [
      () => d.mixture([0.5, 0.5], d.uniform([0, 1], 2)),
      "mixture: its components must have one support, got bounds of uniform",
    ],
    [
      () => d.mixture([0.5, 0.5], [d.dirichlet([1, 1]), d.dirichlet([1, 1, 1])]),
      "mixture: its components must have events of one shape, got [2] and, of component 1, [3]",
    ],
  ])("%#", (make, message) => expect(make).toThrow(message));
});

it("takes weights as a list of tensors, one each", () =>
  exactly(() => {
    const [p, q] = [tf.scalar(0.25), tf.scalar(0.75)];
    const x = fromHost([-1, 0.5, 3], [3]);
    const parts = [d.normal(-1, 1), d.normal(2, 0.5)];
    const listed = hostValues(d.mixture([p, q], parts).logProb(x));
    expect([...listed]).toEqual([...hostValues(d.mixture([0.25, 0.75], parts).logProb(x))]);
    expect([...hostValues(d.mixture({ logits: [p, q] }, parts).logProb(x))].every(Number.isFinite)).toBe(true);
    return undefined;
  }));
