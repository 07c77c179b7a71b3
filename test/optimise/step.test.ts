import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { leaves, zipTrees } from "../../src/core/tree.ts";
import { key } from "../../src/ops/random.ts";
import { adam, type Optimiser } from "../../src/optimise/adam.ts";
import { constant } from "../../src/optimise/schedule.ts";
import { type StepOptions, startState, trainStep } from "../../src/optimise/step.ts";
import { bowl, brokenAt } from "./problems.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const settings: StepOptions = { rate: constant(0.1), beta: constant(1), clip: 100, averaging: 0.9 };

/** Plain descent, so that a step can be written down. */
const descent: Optimiser<Record<never, never>> = {
  name: "descent",
  init: () => ({}),
  update: (params, gradient, state, { rate }) => [zipTrees((p, g) => p.sub(g.mul(rate)), params, gradient), state],
};

const input = (rateFactor = 1) => ({
  batch: fromHost([1, -1], [2]) as Tensor,
  rateFactor: fromHost([rateFactor], []) as Scalar,
});
const startOf = <O>(problem: ReturnType<typeof bowl>, optimiser: Optimiser<O>) => {
  const { params, state } = problem.init(key(hostKey(1)), input().batch);
  return startState(params, state, optimiser);
};
const bits = (tree: unknown): number[][] => leaves(tree).map((leaf) => [...hostValues(leaf)]);

describe("a training step", () => {
  it("goes down the slope by the rate, and averages", () =>
    exactly(() => {
      const [after, metrics] = trainStep(bowl(), descent, settings)(startOf(bowl(), descent), input(), key(hostKey(2)));
      // From (3, 3) with slope (2, 4): norm √20; the average keeps nothing of the start at the first step.
      expect(bits(after.params)[0][0]).toBeCloseTo(2.8, 14);
      expect(bits(after.params)[0][1]).toBeCloseTo(2.6, 14);
      expect(bits(after.average)).toEqual(bits(after.params));
      expect(bits([after.step, after.problem.count])).toEqual([[1], [1]]);
      const { loss, gradientNorm, taken, distance } = metrics;
      expect(bits([loss, taken, distance])).toEqual([[10], [1], [10]]);
      expect(hostValues(gradientNorm)[0]).toBeCloseTo(Math.sqrt(20), 14);
    }));

  it("clips the gradient, and reports its norm as it was", () =>
    exactly(() => {
      const step = trainStep(bowl(), descent, { ...settings, clip: 1 });
      const [after, { gradientNorm }] = step(startOf(bowl(), descent), input(), key(hostKey(2)));
      expect(bits(after.params)[0][0]).toBeCloseTo(3 - 0.2 / Math.sqrt(20), 14);
      expect(bits(after.params)[0][1]).toBeCloseTo(3 - 0.4 / Math.sqrt(20), 14);
      expect(hostValues(gradientNorm)[0]).toBeCloseTo(Math.sqrt(20), 14);
    }));

  it("multiplies the rate by the factor it is given, and asks schedules for its own step", () =>
    exactly(() => {
      const halving: StepOptions = { ...settings, rate: (step) => tf.scalar(0.1).div(step.add(1)) as Scalar };
      const step = trainStep(bowl(), descent, halving);
      const [once] = step(startOf(bowl(), descent), input(0.5), key(hostKey(2)));
      expect(bits(once.params)[0][0]).toBeCloseTo(2.9, 14);
      const [twice] = step(once, input(1), key(hostKey(2)));
      expect(bits(twice.params)[0][0]).toBeCloseTo(2.9 - 0.05 * 1.9, 14);
    }));

  it("averages exponentially: the weights of n steps are those of the formula", () =>
    exactly(() => {
      const step = trainStep(bowl(), descent, settings);
      let state = startOf(bowl(), descent);
      const path = [3];
      for (let i = 0; i < 12; i++) {
        [state] = step(state, input(), key(hostKey(2)));
        path.push(1 + 2 * 0.9 ** (i + 1));
      }
      // The average keeps min(averaging, t / (t + 10)) of itself at step t, counted from 0.
      const want = path.slice(1).reduce((average, x, t) => {
        const kept = Math.min(settings.averaging, t / (t + 10));
        return kept * average + (1 - kept) * x;
      }, path[0]);
      expect(bits(state.params)[0][0]).toBeCloseTo(path[12], 13);
      expect(bits(state.average)[0][0]).toBeCloseTo(want, 13);
    }));

  const bad: Readonly<Record<string, ReturnType<typeof bowl>>> = {
    "loss is NaN": bowl(0, brokenAt(0)),
    "loss is infinite": bowl(0, (loss) => loss.add(Number.POSITIVE_INFINITY)),
    "gradient alone is not finite": bowl(0, (loss, _, x) => loss.add(x.sub(x).square().sum().sqrt())),
    "state is NaN too": {
      ...bowl(),
      loss: (params, state, stepKey, batch, now) => {
        const made = bowl(0, brokenAt(0)).loss(params, state, stepKey, batch, now);
        return { ...made, state: { count: made.state.count.mul(Number.NaN) as Scalar } };
      },
    },
  };
  it.each(Object.entries(bad))("changes nothing but the count of steps where the %s", (_, problem) =>
    exactly(() => {
      const optimiser = adam();
      const start = startOf(problem, optimiser);
      const [after, { taken }] = trainStep(problem, optimiser, settings)(start, input(), key(hostKey(2)));
      expect(bits([after.params, after.average, after.problem, after.optimiser])).toEqual(
        bits([start.params, start.average, start.problem, start.optimiser]),
      );
      expect(bits([after.step, taken])).toEqual([[1], [0]]);
    }),
  );
});
