import { expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { autoregressive, gaussianRandomWalk, normal, studentT } from "../../src/distributions/index.ts";
import { key } from "../../src/ops/random.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const x = [0.3, -0.2, 1.1, 0.4, 2.2, -0.7];

it("takes its first elements as given, as Stan programs do", () =>
  exactly(() => {
    const one = autoregressive([0.5, 0.25], 0.8, { initial: "given", constant: 0.1, steps: 6 });
    const means = x.slice(2).map((_, t) => 0.1 + 0.5 * x[t + 1] + 0.25 * x[t]);
    const want = hostValues(
      normal(fromHost(means, [4]), 0.8)
        .logProb(fromHost(x.slice(2), [4]))
        .sum(),
    )[0];
    expect(hostValues(one.logProb(fromHost(x, [6])))[0]).toBeCloseTo(want, 12);
    expect(() => one.sample(key(hostKey(1)))).toThrow(
      "autoregressive: a series whose first elements are given has no draws",
    );
  }));

it("is a random walk where its coefficient is 1", () =>
  exactly(() => {
    const at = fromHost(x, [6]);
    const walk = gaussianRandomWalk(0.8, { initial: 0.5, drift: 0.1, steps: 6 }).logProb(at);
    const series = autoregressive([1], 0.8, { initial: [0.5], constant: 0.1, steps: 6 }).logProb(at);
    expect(hostValues(series)[0]).toBeCloseTo(hostValues(walk)[0], 12);
  }));

it("keeps mean and variance where it is stationary, and grows like t where it walks", () =>
  exactly(() => {
    const count = 20_000;
    const expectVariance = (draws: Tensor, want: readonly number[]): void => {
      const got = hostValues(tf.moments(draws, 0).variance);
      for (const [i, each] of got.entries())
        expect(Math.abs(each / want[i] - 1) / Math.sqrt(2 / count)).toBeLessThan(4.5);
    };
    const still = autoregressive([-0.7], 0.5, { initial: "stationary", constant: 1, steps: 8 });
    const draws = still.sample(key(hostKey(2)), [count]);
    expectVariance(draws, Array(8).fill(0.25 / (1 - 0.49)));
    const z = (hostValues(draws.mean(0))[7] - 1 / 1.7) / Math.sqrt(0.25 / 0.51 / count);
    expect(Math.abs(z)).toBeLessThan(4.5);
    const walk = gaussianRandomWalk(0.5, { initial: normal(0, 2), steps: 4 }).sample(key(hostKey(3)), [count]);
    expectVariance(walk, [4, 4.25, 4.5, 4.75]);
  }));

it("takes scales that change with time, one for each series, and first elements of their own", () =>
  exactly(() => {
    const scales = fromHost([0.1, 0.2, 0.3, 1, 2, 3], [2, 3]);
    const one = gaussianRandomWalk(scales, { initial: studentT(4, [0, 1], 1), steps: 4 });
    expect(one.shape).toEqual([2, 4]);
    expect(one.sample(key(hostKey(4)), [5]).shape).toEqual([5, 2, 4]);
    const value = fromHost([1, 1.1, 1.2, 1.3, 0, 1, 2, 4], [2, 4]);
    const alone = gaussianRandomWalk([1, 2, 3], { initial: studentT(4, 1, 1), steps: 4 }).logProb(
      value.slice([1, 0], [1, 4]),
    );
    expect(hostValues(one.logProb(value))[1]).toBeCloseTo(hostValues(alone)[0], 12);
  }));

it.each<[string, () => unknown, string]>([
  ["no beginning", () => autoregressive([0.5], 1, {} as never), "autoregressive: initial is missing"],
  [
    "an unknown beginning",
    () => autoregressive([0.5], 1, { initial: "zero" as never, steps: 3 }),
    'autoregressive: initial must be values, a distribution, "stationary" or "given", got "zero"',
  ],
  [
    "stationarity of a higher order",
    () => autoregressive([0.5, 0.1], 1, { initial: "stationary", steps: 4 }),
    'autoregressive: "stationary" needs one coefficient, got 2',
  ],
  ["no steps", () => gaussianRandomWalk(1), "gaussianRandomWalk: expected at least 1 steps, got none: give { steps }"],
  [
    "too few steps",
    () => autoregressive([0.5, 0.1], 1, { initial: "given", steps: 2 }),
    "autoregressive: expected at least 3 steps",
  ],
  [
    "scales for other steps",
    () => gaussianRandomWalk([1, 2], { steps: 3 }),
    "gaussianRandomWalk: a parameter of shape [2] does not fit the others, [3]",
  ],
  [
    "values before of another number",
    () => autoregressive([0.5, 0.1], 1, { initial: [1, 2, 3], steps: 4 }),
    "autoregressive: initial must hold the 2 values before the first element, got [3]",
  ],
  [
    "an unknown option",
    () => gaussianRandomWalk(1, { step: 3 } as never),
    'gaussianRandomWalk: unknown option "step" (did you mean "steps"?)',
  ],
  [
    "a value of another length",
    () => inDouble(() => gaussianRandomWalk(1, { steps: 3 }).logProb(tf.zeros([4]))),
    "gaussianRandomWalk: a value of shape [4] does not fit [3]",
  ],
])("refuses %s", (_, f, message) => {
  expect(f).toThrow(message);
});
