import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Gaussian, Guide, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { foldHostKey, hostKey } from "../../src/core/key.ts";
import type { Now } from "../../src/core/now.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { findNonFinite } from "../../src/core/within.ts";
import { fullRank, meanField } from "../../src/guides/index.ts";
import { elbo, gaussianElbo, type Objective, scoreFunction, stickTheLanding } from "../../src/objectives/index.ts";
import { guideProblem } from "../../src/objectives/problem.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { mean, mostZ } from "../ops/statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

const centre = [1, -2];
const precision = [
  [2, 0.9],
  [0.9, 1.5],
];
const logScaleOfTarget = -0.7;

/** exp(−0.7) times an unnormalised normal with the given precision. */
const gaussian = (lambda: readonly (readonly number[])[]): Target => ({
  size: 2,
  logDensity: (z: Tensor) => {
    const away = z.sub(fromHost(centre, [2])).reshape([-1, 2]);
    const quadratic = tf
      .matMul(away, fromHost(lambda.flat(), [2, 2]))
      .mul(away)
      .sum(-1);
    return quadratic.mul(-0.5).add(logScaleOfTarget).reshape(z.shape.slice(0, -1));
  },
  constrain: (z: Tensor) => z,
});

const nowWith = (beta: number): Now => ({
  step: fromHost([0], []) as Scalar,
  beta: fromHost([beta], []) as Scalar,
  rate: fromHost([0.1], []) as Scalar,
});

interface Host {
  readonly loc: readonly number[];
  readonly logScale: readonly number[];
}
const tensors = ({ loc, logScale }: Host) => ({ loc: fromHost(loc, [2]), logScale: fromHost(logScale, [2]) });

/** E[log q − β log p] of a mean-field normal and its slopes in loc and logScale, in closed form. */
const closedForm = ({ loc, logScale }: Host, beta: number): { value: number; slopes: number[] } => {
  const away = loc.map((v, i) => v - centre[i]);
  const pulled = precision.map((row) => row[0] * away[0] + row[1] * away[1]);
  const spread = logScale.map((s, i) => precision[i][i] * Math.exp(2 * s));
  const expected = -0.5 * (away[0] * pulled[0] + away[1] * pulled[1] + spread[0] + spread[1]) + logScaleOfTarget;
  const entropy = logScale[0] + logScale[1] + 1 + Math.log(2 * Math.PI);
  return {
    value: -entropy - beta * expected,
    slopes: [...pulled.map((g) => beta * g), ...spread.map((s) => beta * s - 1)],
  };
};

const meanFieldGuide = meanField().for(gaussian(precision)) as Guide<ReturnType<typeof tensors>, Gaussian>;

/** Value and slopes for one key: [value, loc₁, loc₂, logScale₁, logScale₂]. */
const once = (objective: Objective<Gaussian>, at: Host, beta: number, index: number): number[] =>
  tf.tidy(() => {
    const target = gaussian(precision);
    const stepKey = key(foldHostKey(hostKey(1), index));
    const made = gradient((params: ReturnType<typeof tensors>) =>
      objective(target, meanFieldGuide.at(params), stepKey, nowWith(beta)),
    )(tensors(at));
    return [made.value, ...leaves(made.gradient)].flatMap((x) => [...hostValues(x)]);
  });

const objectives: Readonly<Record<string, (draws: number) => Objective<Gaussian>>> = {
  elbo: (draws) => elbo({ draws }),
  "stick-the-landing": (draws) => stickTheLanding({ draws }),
  "gaussian-elbo": (draws) => gaussianElbo({ draws }),
  "score-function": (draws) => scoreFunction({ draws, baseline: draws > 1 ? "leave-one-out" : "none" }),
};

describe.each(Object.entries(objectives))("%s", (_, make) => {
  const at: Host = { loc: [0.2, -1], logScale: [-0.4, 0.3] };

  it.each([
    [1, 1, 400],
    [8, 1, 200],
    [8, 0.3, 200],
  ])("agrees with the closed form, %i draws, β = %d", (draws, beta, count) =>
    exactly(() => {
      const objective = make(draws);
      expect(objective.draws).toBe(draws);
      const all = range(count).map((i) => once(objective, at, beta, i));
      const { value, slopes } = closedForm(at, beta);
      [value, ...slopes].forEach((want, part) => {
        const numbers = all.map((row) => row[part]);
        const average = mean(numbers);
        const variance = mean(numbers.map((v) => (v - average) ** 2)) * (count / (count - 1));
        expect(Math.abs(average - want) / Math.sqrt(variance / count), `part ${part}`).toBeLessThan(mostZ);
      });
    }),
  );

  it("weights the log density alone by β", () =>
    exactly(() => {
      const [none, half, whole] = [0, 0.5, 1].map((beta) => once(make(4), at, beta, 3));
      for (const [i, v] of none.entries()) expect(half[i]).toBeCloseTo((v + whole[i]) / 2, 12);
      expect(none[0]).not.toBeCloseTo(whole[0], 2);
    }));

  it("is the same for the same key", () =>
    exactly(() => {
      expect(once(make(2), at, 1, 5)).toEqual(once(make(2), at, 1, 5));
      expect(once(make(2), at, 1, 5)).not.toEqual(once(make(2), at, 1, 6));
    }));

  it("names the guide or the model where a value is not finite", () =>
    exactly(() => {
      const broken: Target = { ...gaussian(precision), logDensity: (z) => z.sum(-1).mul(Number.NaN) };
      const lossOf = (target: Target, params: Host): unknown =>
        findNonFinite(() => make(2)(target, meanFieldGuide.at(tensors(params)), key(hostKey(1)), nowWith(1)));
      expect(lossOf(broken, at)).toEqual({ where: ["model"], value: Number.NaN });
      expect(lossOf(gaussian(precision), { ...at, loc: [Number.NaN, 0] })).toMatchObject({ where: ["guide"] });
    }));

  it("refuses a target whose log density would spread over the draws", () =>
    exactly(() => {
      const spread: Target = { ...gaussian(precision), logDensity: (z) => z.sum(-1, true) };
      expect(() => make(3)(spread, meanFieldGuide.at(tensors(at)), key(hostKey(1)), nowWith(1))).toThrow(
        "model: expected a log density of shape [3], got [3, 1]",
      );
    }));

  it("refuses bad options", () => {
    expect(() => make(0)).toThrow(/draws: expected a whole number from 1, got 0/);
    expect(() => make(1.5)).toThrow(/got 1.5/);
  });
});

it("objectives refuse options that they do not know", () => {
  expect(() => elbo({ draw: 1 } as object)).toThrow('elbo: unknown option "draw" (did you mean "draws"?)');
  expect(() => stickTheLanding({ samples: 1 } as object)).toThrow('stick-the-landing: unknown option "samples"');
});

describe("where the guide is exact", () => {
  /** A full-rank guide that is the normalised target: L Lᵀ is the inverse of the precision. */
  const exact = () => {
    const determinant = precision[0][0] * precision[1][1] - precision[0][1] ** 2;
    const [a, b, c] = [precision[1][1], -precision[0][1], precision[0][0]].map((v) => v / determinant);
    const l11 = Math.sqrt(a);
    const l21 = b / l11;
    const l22 = Math.sqrt(c - l21 * l21);
    return {
      loc: fromHost(centre, [2]),
      logDiagonal: fromHost([Math.log(l11), Math.log(l22)], [2]),
      below: fromHost([0, 0, (Math.SQRT2 * l21) / l22, 0], [2, 2]),
    };
  };
  const guide = fullRank().for(gaussian(precision)) as Guide<ReturnType<typeof exact>, Gaussian>;
  const slopesAt = (objective: Objective<Gaussian>, seed: number): number[] => {
    const made = gradient((params: ReturnType<typeof exact>) =>
      objective(gaussian(precision), guide.at(params), key(hostKey(seed)), nowWith(1)),
    )(exact());
    return [made.value, ...leaves(made.gradient)].flatMap((x) => [...hostValues(x)]);
  };

  it("any one draw gives the evidence", () =>
    exactly(() => {
      const determinant = precision[0][0] * precision[1][1] - precision[0][1] ** 2;
      const evidence = logScaleOfTarget + Math.log(2 * Math.PI) - 0.5 * Math.log(determinant);
      for (const objective of [elbo({ draws: 1 }), stickTheLanding({ draws: 1 })])
        for (const seed of [1, 2]) expect(slopesAt(objective, seed)[0]).toBeCloseTo(-evidence, 12);
    }));

  it.each([
    ["stick-the-landing", stickTheLanding({ draws: 2 })],
    ["score-function", scoreFunction({ draws: 3 })],
  ])("%s has no gradient, to rounding", (_, objective) =>
    exactly(() => {
      for (const seed of [1, 2, 3])
        for (const slope of slopesAt(objective, seed).slice(1)) expect(Math.abs(slope)).toBeLessThan(1e-13);
    }),
  );

  it.each([
    ["elbo", elbo({ draws: 2 })],
    ["gaussian-elbo", gaussianElbo({ draws: 2 })],
    ["score-function without a baseline", scoreFunction({ draws: 2, baseline: "none" })],
  ])("%s has one at every draw", (_, objective) =>
    exactly(() => {
      for (const seed of [1, 2, 3])
        expect(Math.max(...slopesAt(objective, seed).slice(1).map(Math.abs))).toBeGreaterThan(0.05);
    }),
  );
});

describe("a guide's problem", () => {
  const family = { size: 2, at: (data: { shift: Tensor }) => shifted(data.shift) };
  const shifted = (shift: Tensor): Target => ({
    ...gaussian(precision),
    logDensity: (z) => gaussian(precision).logDensity(z.sub(shift)),
  });

  it("is the objective at the target of its data, with the bound as its metric", () =>
    exactly(() => {
      const problem = guideProblem(family, meanFieldGuide, elbo({ draws: 3 }));
      const data = { shift: fromHost([3, 4], [2]) };
      const { params, state } = problem.init(key(hostKey(2)), data);
      expect(state).toEqual({});
      const { loss, metrics } = problem.loss(params, state, key(hostKey(3)), data, nowWith(1));
      const want = elbo({ draws: 3 })(shifted(data.shift), meanFieldGuide.at(params), key(hostKey(3)), nowWith(1));
      expect(hostValues(loss)).toEqual(hostValues(want));
      expect(hostValues(metrics.bound)[0]).toBe(-hostValues(want)[0]);
    }));

  it("takes a part of the data with a key of its own", () =>
    exactly(() => {
      const seen: number[][] = [];
      const problem = guideProblem(family, meanFieldGuide, elbo({ draws: 1 }), (partKey, data) => {
        seen.push([...hostValues(partKey)]);
        return { shift: data.shift.mul(0) };
      });
      const data = { shift: fromHost([3, 4], [2]) };
      const { params, state } = problem.init(key(hostKey(2)), data);
      const { loss } = problem.loss(params, state, key(hostKey(3)), data, nowWith(1));
      expect(seen).toHaveLength(1);
      expect(seen[0]).not.toEqual([...hostKey(3)]);
      expect(Number.isFinite(hostValues(loss)[0])).toBe(true);
    }));
});
