import { describe, expect, it } from "vitest";
import { chi, dreg, elbo, forwardKl, iwae, renyi, scoreFunction, stickTheLanding } from "../../src/objectives/index.ts";
import { mostZ } from "../ops/statistics.ts";
import { lineTarget, logP } from "./line.ts";
import { averages, type Trial } from "./many.ts";
import { mixed, mixedAt, mixedDraws, mixedLogQ } from "./mixed.ts";
import { expectation, expectationOfTwo, slopesOf } from "./quadrature.ts";

const where = [...mixedAt.logits, ...mixedAt.loc, ...mixedAt.logScale];
const trial: Trial = { target: lineTarget, guide: mixed as never, at: mixedAt };

const logWeight = (x: readonly number[], z: number): number => logP(z) - mixedLogQ(x, z);

/** E_q[log q − log p]. */
const ofElbo = (x: readonly number[]): number => {
  const { weights, draw } = mixedDraws(x);
  return -[0, 1].reduce((sum, k) => sum + weights[k] * expectation((e) => logWeight(x, draw(k, e))), 0);
};

/** Minus the mean of (1/e) log Σ share wᵉ with one draw of each component. */
const ofPower =
  (exponent: number) =>
  (x: readonly number[]): number => {
    const { weights, draw } = mixedDraws(x);
    return -expectationOfTwo((a, b) => {
      const powers = [a, b].map((e, k) => weights[k] * Math.exp(exponent * logWeight(x, draw(k, e))));
      return Math.log(powers[0] + powers[1]) / exponent;
    });
  };

const expectNear = (objective: unknown, f: (x: readonly number[]) => number, sign = 1, count = 6_000): void => {
  const want = [f(where), ...slopesOf(f, where)].map((v) => sign * v);
  const got = averages(objective, trial, count);
  expect(got).toHaveLength(7);
  for (const [i, { mean, error }] of got.entries())
    expect(Math.abs(mean - want[i]) / error, `part ${i}: ${mean}, not ${want[i]}`).toBeLessThan(mostZ);
};

describe("a mixture's value and gradient, in its weights too, are those of quadrature", () => {
  it.each([
    ["elbo", elbo({ draws: 2 })],
    ["stick-the-landing", stickTheLanding({ draws: 4 })],
    ["score-function", scoreFunction({ draws: 4 })],
  ])("%s", (_, objective) => expectNear(objective, ofElbo));

  it("iwae, with one draw a component (SIWAE) and repetitions", () =>
    expectNear(iwae({ samples: 2, draws: 2 }), ofPower(1)));

  it.each([0.5, 2])("renyi, α = %d", (alpha) => expectNear(renyi({ alpha, samples: 2 }), ofPower(1 - alpha)));
});

it("chi tends to the slopes of CUBO in every parameter of a mixture", () => {
  const truth = (x: readonly number[]): number => {
    const { weights, draw } = mixedDraws(x);
    const part = (k: number): number => expectation((e) => Math.exp(1.5 * logWeight(x, draw(k, e))));
    return Math.log(weights[0] * part(0) + weights[1] * part(1)) / 1.5;
  };
  // Wider than the target on both sides: else the weights' powers have tails that no number of draws meets.
  const at = { ...mixedAt, logScale: [0.3, 0.1] };
  const wide = [...at.logits, ...at.loc, ...at.logScale];
  const want = [truth(wide), ...slopesOf(truth, wide)];
  const got = averages(chi({ order: 1.5, samples: 2_000 }), { ...trial, at }, 600);
  for (const [i, { mean, error }] of got.entries())
    expect(Math.abs(mean - want[i]), `part ${i}`).toBeLessThan(mostZ * error + 10 / 2_000);
});

it("forward-kl tends to the slopes of −E_p[log q] in every parameter of a mixture", () => {
  const truth = (x: readonly number[]): number => -expectation((e) => mixedLogQ(x, 1 + 0.8 * e));
  const want = [truth(where), ...slopesOf(truth, where)];
  const got = averages(forwardKl({ samples: 2_000 }), trial, 600);
  for (const [i, { mean, error }] of got.entries())
    expect(Math.abs(mean - want[i]), `part ${i}`).toBeLessThan(mostZ * error + 10 / 2_000);
});

it("dreg refuses a mixture, and says what to take", () =>
  expect(() => averages(dreg(), trial, 1)).toThrow(
    "dreg: a draw of a mixture does not follow its weights, so that its score cannot be reparameterised; use iwae()",
  ));
