import { describe, expect, it } from "vitest";
import { range } from "../../src/core/shape.ts";
import { chi, dreg, elbo, forwardKl, iwae, renyi } from "../../src/objectives/index.ts";
import { mostZ } from "../ops/statistics.ts";
import { at, centre, evidence, lineGuide, lineTarget, logN, logWeight, spread } from "./line.ts";
import { type Average, averages, type Trial, valuesAndSlopes } from "./many.ts";
import { expectation, expectationOfTwo, slopesOf } from "./quadrature.ts";

const where = [at.loc[0], at.logScale[0]];
const trial = (beta = 1): Trial => ({ target: lineTarget, guide: lineGuide, at, beta });

const expectNear = (got: readonly Average[], want: readonly number[]): void => {
  expect(got).toHaveLength(want.length);
  for (const [i, { mean, error }] of got.entries()) {
    expect(error).toBeGreaterThan(0);
    expect(Math.abs(mean - want[i]) / error, `part ${i}: ${mean}, not ${want[i]}`).toBeLessThan(mostZ);
  }
};

const logMeanExp = (logs: readonly number[]): number => {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - most), 0) / logs.length);
};

/** Minus the mean of (1/e) log ½ Σ wᵉ over pairs of draws: what two draws give on average, their bias included. */
const ofTwo =
  (beta: number, exponent: number) =>
  (x: readonly number[]): number =>
    -expectationOfTwo((a, b) => logMeanExp([a, b].map((e) => exponent * logWeight(beta, x, e))) / exponent);

const exact = (f: (x: readonly number[]) => number): number[] => [f(where), ...slopesOf(f, where)];

describe("two draws give on average what quadrature does, bias and all, in value and gradient", () => {
  it.each([
    [1, 4],
    [0.6, 1],
  ])("iwae and dreg, β = %d, %i repetitions", (beta, draws) => {
    const want = exact(ofTwo(beta, 1));
    expectNear(averages(iwae({ samples: 2, draws }), trial(beta), 8_000), want);
    expectNear(averages(dreg({ samples: 2, draws }), trial(beta), 8_000), want);
  });

  it.each([
    [0.5, 1],
    [0.5, 0.6],
    [2, 1],
  ])("renyi, α = %d, β = %d", (alpha, beta) => {
    expectNear(averages(renyi({ alpha, samples: 2 }), trial(beta), 8_000), exact(ofTwo(beta, 1 - alpha)));
  });

  it.each([
    [2, 1],
    [1.5, 0.6],
  ])("chi, order %d, β = %d, with the ratio of means for its slope", (order, beta) => {
    const scale = Math.exp(where[1]);
    /** ∂log w/∂z. */
    const climb = (e: number): number => e / scale - (beta * (where[0] + scale * e - centre)) / spread ** 2;
    const weight = (a: number, b: number): number =>
      1 / (1 + Math.exp(order * (logWeight(beta, where, b) - logWeight(beta, where, a))));
    const slope = (along: (e: number) => number): number =>
      2 * (1 - order) * expectationOfTwo((a, b) => weight(a, b) * climb(a) * along(a));
    const want = [-ofTwo(beta, order)(where), slope(() => 1), slope((e) => scale * e)];
    expectNear(averages(chi({ order, samples: 2 }), trial(beta), 8_000), want);
  });

  it("forward-kl", () => {
    const half = (a: number, b: number): number => 1 / (1 + Math.exp(logWeight(1, where, b) - logWeight(1, where, a)));
    const scores = (e: number): number[] => [e / Math.exp(where[1]), e * e - 1];
    const drawn = (e: number): number => where[0] + Math.exp(where[1]) * e;
    const value = -2 * expectationOfTwo((a, b) => half(a, b) * logN(drawn(a), where[0], where[1]));
    const slopes = [0, 1].map((i) => -2 * expectationOfTwo((a, b) => half(a, b) * scores(a)[i]));
    expectNear(averages(forwardKl({ samples: 2 }), trial(), 8_000), [value, ...slopes]);
  });
});

describe("iwae", () => {
  const bounds = [1, 2, 4, 8, 32].map((samples) => averages(iwae({ samples }), trial(), 10_000)[0]);

  it("begins at the ELBO, rises with its samples and does not exceed the evidence", () => {
    const single = -expectation((e) => logWeight(1, where, e));
    expectNear([bounds[0]], [single]);
    for (const [i, { mean, error }] of bounds.entries()) {
      expect(-mean - evidence(), `${i}`).toBeLessThan(mostZ * error);
      if (i > 0) expect(bounds[i - 1].mean - mean).toBeGreaterThan(mostZ * Math.hypot(error, bounds[i - 1].error));
    }
  });

  it("falls short of the evidence by half the weights' variance over its samples", () => {
    const relative = expectation((e) => Math.exp(2 * (logWeight(1, where, e) - evidence()))) - 1;
    const [{ mean, error }] = averages(iwae({ samples: 128 }), trial(), 20_000);
    // Maddison et al. 2017, proposition 1; what is left out is of order 1/K².
    expect(Math.abs(evidence() + mean - relative / 256)).toBeLessThan(mostZ * error + (10 * relative) / 128 ** 2);
  });

  it("repeats to average: four repetitions have a quarter of the variance, and count all their draws", () => {
    const [one, four] = [1, 4].map((draws) => averages(iwae({ samples: 3, draws }), trial(), 8_000)[0].variance);
    expect(one / four).toBeGreaterThan(3.4);
    expect(one / four).toBeLessThan(4.6);
    expect(iwae({ samples: 3, draws: 4 }).draws).toBe(12);
  });
});

describe("dreg", () => {
  it("is less noisy than iwae, the more so the more samples", () => {
    const ratios = [4, 16, 64].map((samples) => {
      const [plain, doubly] = [iwae({ samples }), dreg({ samples })].map((each) => averages(each, trial(), 4_000));
      return [1, 2].map((part) => plain[part].variance / doubly[part].variance);
    });
    for (const part of [0, 1]) {
      expect(ratios[0][part]).toBeGreaterThan(1.5);
      expect(ratios[1][part]).toBeGreaterThan(2 * ratios[0][part]);
      expect(ratios[2][part]).toBeGreaterThan(2 * ratios[1][part]);
    }
  });

  it("keeps its gradient above its noise as samples grow, where iwae's sinks in it", () => {
    const clarity = (objective: unknown): number => {
      const { mean, variance } = averages(objective, trial(), 20_000)[1];
      return Math.abs(mean) / Math.sqrt(variance);
    };
    // Rainforth et al. 2018, theorem 1: as 1/√K; Tucker et al. 2019, figure 1: as √K.
    expect(clarity(iwae({ samples: 4 })) / clarity(iwae({ samples: 64 }))).toBeGreaterThan(2);
    expect(clarity(dreg({ samples: 64 })) / clarity(dreg({ samples: 4 }))).toBeGreaterThan(2);
  });
});

describe("where the guide is exact", () => {
  const exactly: Trial = { ...trial(), at: { loc: [centre], logScale: [Math.log(spread)] } };

  it.each(Object.entries({ iwae, renyi, dreg, chi }))("%s has the evidence at every draw", (name, make) => {
    const sign = name === "chi" ? 1 : -1;
    for (const value of valuesAndSlopes(make(), exactly, 20)[0]) expect(sign * value).toBeCloseTo(evidence(), 12);
  });

  it.each(Object.entries({ chi, dreg, forwardKl }))("%s has no gradient, to rounding", (_, make) => {
    const [, ...slopes] = valuesAndSlopes(make(), exactly, 20);
    for (const slope of slopes.flatMap((x) => [...x])) expect(Math.abs(slope)).toBeLessThan(1e-13);
  });

  it.each(Object.entries({ iwae, renyi }))("%s has a gradient all the same: its score", (_, make) => {
    const [, ...slopes] = valuesAndSlopes(make(), exactly, 20);
    for (const part of slopes) expect(Math.max(...part.map(Math.abs))).toBeGreaterThan(0.05);
  });
});

describe("renyi", () => {
  const same = (a: unknown, b: unknown, digits: number): void => {
    const [one, other] = [a, b].map((each) => valuesAndSlopes(each, trial(0.8), 10));
    for (const part of range(3)) for (const i of range(10)) expect(one[part][i]).toBeCloseTo(other[part][i], digits);
  };

  it("is IWAE at α = 0, and the ELBO at and near α = 1", () => {
    same(renyi({ alpha: 0, samples: 5, draws: 2 }), iwae({ samples: 5, draws: 2 }), 12);
    same(renyi({ alpha: 1, samples: 5 }), elbo({ draws: 5 }), 12);
    same(renyi({ alpha: 1 - 1e-6, samples: 5 }), elbo({ draws: 5 }), 4);
    same(renyi({ alpha: 1 + 1e-6, samples: 5 }), elbo({ draws: 5 }), 4);
  });

  it("falls with α at the same draws, and is below the bound by its bias where α < 1, above it where α > 1", () => {
    const values = [0, 0.5, 1, 2].map((alpha) => valuesAndSlopes(renyi({ alpha, samples: 8 }), trial(), 50)[0]);
    for (const i of range(50)) for (const k of [1, 2, 3]) expect(values[k][i]).toBeGreaterThan(values[k - 1][i]);
    for (const [alpha, sign] of [
      [0.5, 1],
      [2, -1],
    ]) {
      const power = 1 - alpha;
      const bound = -Math.log(expectation((e) => Math.exp(power * logWeight(1, where, e)))) / power;
      const { mean, error } = averages(renyi({ alpha, samples: 8 }), trial(), 8_000)[0];
      expect(sign * (mean - bound)).toBeGreaterThan(mostZ * error);
    }
  });
});

describe("chi", () => {
  const bound = Math.log(expectation((e) => Math.exp(2 * logWeight(1, where, e)))) / 2;

  it("is above the evidence with many samples, and tends to the χ² bound", () => {
    const { mean, error } = averages(chi({ samples: 512 }), trial(), 2_000)[0];
    expect(mean - evidence()).toBeGreaterThan(mostZ * error);
    expect(bound).toBeGreaterThan(evidence());
    // Below by its bias, of order 1/K.
    const relative = expectation((e) => Math.exp(4 * (logWeight(1, where, e) - bound))) - 1;
    expect(Math.abs(mean - (bound - relative / (4 * 512)))).toBeLessThan(mostZ * error + (10 * relative) / 512 ** 2);
  });

  it("times its estimate of exp(n · CUBO) has the gradient of that without bias", () => {
    const [value, ...slopes] = valuesAndSlopes(chi({ samples: 4 }), trial(), 20_000);
    const power = (x: readonly number[]): number => expectation((e) => Math.exp(2 * logWeight(1, x, e)));
    const want = slopesOf(power, where);
    for (const [i, slope] of slopes.entries()) {
      const products = slope.map((g, n) => 2 * g * Math.exp(2 * value[n]));
      const mean = products.reduce((a, b) => a + b, 0) / products.length;
      const variance = products.reduce((a, b) => a + (b - mean) ** 2, 0) / products.length;
      expect(Math.abs(mean - want[i]) / Math.sqrt(variance / products.length)).toBeLessThan(mostZ);
    }
  });
});

describe("forward-kl", () => {
  const [loc, logScale] = where;
  const variance = Math.exp(2 * logScale);
  /** Of KL(p‖q) in loc and logScale. */
  const truth = [(loc - centre) / variance, 1 - (spread ** 2 + (loc - centre) ** 2) / variance];
  const scores = (e: number): number[] => [e / Math.exp(logScale), e * e - 1];

  it("tends to the gradient of KL(p‖q), with the bias of self-normalised weights, which falls as 1/K", () => {
    const weight = (e: number): number => Math.exp(logWeight(1, where, e) - evidence());
    // To first order the bias is −E_q[w² (f − E_p f)] / K, of f = −∇log q. Owen 2013, section 9.2.
    const first = [0, 1].map((i) => -expectation((e) => weight(e) ** 2 * (-scores(e)[i] - truth[i])));
    for (const samples of [16, 64]) {
      const got = averages(forwardKl({ samples }), trial(), samples === 16 ? 40_000 : 10_000);
      for (const i of [0, 1]) {
        const { mean, error } = got[i + 1];
        const next = (8 * Math.abs(first[i])) / samples ** 2;
        expect(Math.abs(mean - truth[i] - first[i] / samples)).toBeLessThan(mostZ * error + next);
        expect(Math.abs(mean - truth[i])).toBeGreaterThan(mostZ * error);
      }
    }
  });

  it("watches the mean of −log q under the posterior", () => {
    const want = 0.5 * Math.log(2 * Math.PI) + logScale + (spread ** 2 + (loc - centre) ** 2) / (2 * variance);
    const { mean, error } = averages(forwardKl({ samples: 1_000 }), trial(), 1_000)[0];
    expect(Math.abs(mean - want)).toBeLessThan(mostZ * error + 10 / 1_000);
  });
});
