import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { logMix, logSumExp, logWeightedSum, logWeightedSumOf } from "../../src/ops/logMix.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { expectDifferences, withSlopesIn } from "../engine/compiled/differences.ts";
import { real } from "../engine/trace/both.ts";

const none = Number.NEGATIVE_INFINITY;
const precisions = ["f64", "f32"] as const;
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const vector = (...x: number[]): Tensor => fromHost(x, [x.length]);
const valueAndSlopes = (f: (x: readonly Tensor[]) => Tensor, ...xs: readonly number[][]) => {
  const { value, gradient: slopes } = gradient((x: readonly Tensor[]) => f(x).sum() as Scalar)(
    xs.map((x) => vector(...x)),
  );
  return { value: hostValues(value)[0], slopes: slopes.map((slope) => [...hostValues(slope)]) };
};

describe("logSumExp", () => {
  it.each<[string, number[], number, number[]]>([
    ["far above", [1000, 1000 + Math.LN2], 1000 + Math.log(3), [1 / 3, 2 / 3]],
    ["far below", [-1000, none], -1000, [1, 0]],
    ["none", [none, none], none, [0, 0]],
    ["one", [3], 3, [1]],
  ])("%s", (_, x, value, slopes) =>
    exactly(() => {
      const got = valueAndSlopes(([at]) => logSumExp(at), x);
      expect(Math.abs(got.value - value) <= 2 ** -52 * Math.abs(value) || got.value === value).toBe(true);
      for (const [i, slope] of slopes.entries()) expect(got.slopes[0][i]).toBeCloseTo(slope, 12);
    }),
  );

  it("takes an axis, and keeps it where asked", () =>
    exactly(() => {
      const x = fromHost([0, 1, 2, 3, 4, 5], [2, 3]);
      const columns = [0, 1, 2].map((i) => Math.log(Math.exp(i) + Math.exp(i + 3)));
      const got = logSumExp(x, 0);
      expect(got.shape).toEqual([3]);
      expect(Math.max(...[...hostValues(got)].map((v, i) => Math.abs(v - columns[i])))).toBeLessThan(1e-15);
      expect(logSumExp(x, -1, true).shape).toEqual([2, 1]);
      expect(() => logSumExp(x, 2)).toThrow("logSumExp: expected an axis of a tensor of shape [2, 3], got 2");
    }));

  it("is NaN at NaN and ∞ at ∞", () =>
    exactly(() => {
      expect(hostValues(logSumExp(vector(0, Number.NaN)))[0]).toBeNaN();
      expect(hostValues(logSumExp(vector(0, Number.POSITIVE_INFINITY)))[0]).toBe(Number.POSITIVE_INFINITY);
    }));
});

describe("logMix", () => {
  /** At θ = 0 the slope in θ is e^(a − b) − 1, and at 1 it is 1 − e^(b − a). */
  it.each<[string, number, number, number, number, number[]]>([
    ["in the middle", 0.25, 1, 2, Math.log(0.25 * Math.E + 0.75 * Math.E ** 2), []],
    ["far below", 0.5, -2000, -2000, -2000, [0, 0.5, 0.5]],
    ["θ 0", 0, 1, -3, -3, [Math.expm1(4), 0, 1]],
    ["θ 1", 1, 1, -3, 1, [-Math.expm1(-4), 1, 0]],
    ["θ 0 and a log 0", 0, none, -3, -3, [-1, 0, 1]],
    ["θ 1 and b log 0", 1, 2, none, 2, [1, 1, 0]],
    ["both log 0", 0.3, none, none, none, [0, 0, 0]],
  ])("%s", (_, theta, a, b, value, slopes) =>
    exactly(() => {
      const got = valueAndSlopes(([t, x, y]) => logMix(t, x, y), [theta], [a], [b]);
      if (Number.isFinite(value)) expect(got.value).toBeCloseTo(value, 13);
      else expect(got.value).toBe(value);
      for (const [i, slope] of slopes.entries()) expect(got.slopes[i][0]).toBeCloseTo(slope, 10);
    }),
  );

  it("takes numbers and broadcasts", () =>
    exactly(() => {
      expect(logMix(0.5, vector(1, 2, 3), 0).shape).toEqual([3]);
      expect(hostValues(logMix(0.5, 1, 1))[0]).toBeCloseTo(1, 14);
      expect(hostValues(logMix(Number.NaN, 1, 1))[0]).toBeNaN();
      expect(hostValues(logMix(0.5, Number.NaN, 1))[0]).toBeNaN();
    }));
});

describe("logWeightedSum", () => {
  it.each<[string, number[], number[], number, number[]]>([
    ["a weight of 0 on the largest", [0, 1], [5, 0], 0, [Math.exp(5), 1]],
    ["a weight of 0 on what overflows", [0, 1], [5000, 0], 0, [Math.exp(80), 1]],
    ["a weight of 0 on log 0", [0, 1], [none, -3], -3, [0, 1]],
    ["all weights 0", [0, 0], [1, 2], none, [0, 0]],
  ])("%s", (_, weights, x, value, slopes) =>
    exactly(() => {
      const got = valueAndSlopes(([w, at]) => logWeightedSum(w, at), weights, x);
      expect(got.value).toBe(value);
      for (const [i, slope] of slopes.entries()) expect(got.slopes[0][i] / slope || 1).toBeCloseTo(1, 12);
      expect(got.slopes.flat().every(Number.isFinite)).toBe(true);
    }),
  );
});

describe("logWeightedSumOf", () => {
  const inf = Number.POSITIVE_INFINITY;
  /** Weights and terms, a column each. */
  const two = {
    weights: [
      [0.3, 0.7, 0, 1, 0, 0, 0.5, 0.2, 0, 0.4, 0.6, 0.6],
      [0.7, 0.3, 1, 0, 1, 1, 0.5, 0.8, 0, 0.6, 0.4, 0.4],
    ],
    terms: [
      [1, -800, 5, 2, 5000, none, none, inf, 3, inf, 3, Number.NaN],
      [-2, 700, 1, none, 0, -3, none, 2, 4, inf, none, 1],
    ],
  };
  const three = {
    weights: [...two.weights, two.weights[0].map((_, i) => 0.1 * (i % 4))],
    terms: [...two.terms, two.terms[0].map((_, i) => Math.sin(i))],
  };

  it.each(Object.entries({ two, three }))("of %s terms is logWeightedSum of them", (_, { weights, terms }) =>
    exactly(() => {
      const rows = (f: (weights: Tensor[], terms: Tensor[]) => Tensor) => {
        const at = { weights: weights.map((x) => vector(...x)), terms: terms.map((x) => vector(...x)) };
        const { gradient: slopes } = gradient((x: typeof at) => f(x.weights, x.terms).sum() as Scalar)(at);
        return [f(at.weights, at.terms), ...slopes.weights, ...slopes.terms].map((x) => [...hostValues(x)]);
      };
      const found = rows(logWeightedSumOf);
      const expected = rows((w, x) => logWeightedSum(tf.stack(w, 1), tf.stack(x, 1)));
      expected.forEach((row, which) => {
        row.forEach((x, i) => {
          // The slopes at infinite terms are no numbers that anybody should use.
          if (which > 0 && terms.some((term) => term[i] === inf)) return;
          if (Number.isFinite(x)) expect(found[which][i]).toBeCloseTo(x, 12);
          else expect(found[which][i]).toBe(x);
        });
      });
    }),
  );

  it.each(precisions)("is one in both engines, with its slopes, %s", (precision) => {
    const some = [0, 1, 2, 3, 4, 5, 6, 8, 10];
    const inputs = [...two.weights, ...two.terms].map((x) =>
      real(
        [some.length],
        some.map((i) => x[i]),
      ),
    );
    const f = ([v, w, a, b]: readonly Tensor[]): Tensor => logWeightedSumOf([v, w], [a, b]).atan().sum();
    expectEnginesAgree("two", withSlopesIn(f, [0, 1, 2, 3]), inputs, { precision });
  });

  it("has second slopes as finite differences have, of two and of three terms", () => {
    const inputs = [0.3, 0.2, 0.5, 1, -2, 0.4].map((x) => real([2], [x, x + 0.1]));
    for (const count of [2, 3]) {
      const f = (x: readonly Tensor[]): Tensor =>
        logWeightedSumOf(x.slice(0, count), x.slice(3, 3 + count))
          .sin()
          .sum();
      const slopes = (x: readonly Tensor[]): Tensor =>
        tf.addN(gradient((at: readonly Tensor[]) => f(at) as Scalar)(x).gradient.map((slope) => slope.square().sum()));
      expectDifferences(`${count} terms`, f, inputs, [0, 1, 3, 4]);
      expectDifferences(`${count} terms, second`, slopes, inputs, [0, 1, 3, 4]);
    }
  });
});

describe("in both engines", () => {
  const theta = real([4], [0, 0.3, 1, 0.9]);
  const a = real([4], [-1, 2, none, -800]);
  const b = real([4], [4, none, 3, -805]);
  const weights = real([3], [0.2, 0, 0.8]);
  const x = real([2, 3], [1, 4, -2, none, 3, 0.5]);

  it.each(precisions)("values and slopes are one, %s", (precision) => {
    const mixed = ([t, p, q]: readonly Tensor[]): Tensor => logMix(t, p, q).atan().sum();
    expectEnginesAgree("logMix", withSlopesIn(mixed, [0, 1, 2]), [theta, a, b], { precision });
    const summed = ([w, at]: readonly Tensor[]): Tensor =>
      logWeightedSum(w, at).sin().sum().add(logSumExp(at, 0).cos().sum());
    expectEnginesAgree("sums", withSlopesIn(summed, [0, 1]), [weights, x], { precision });
  });

  it("slopes and second slopes are those of finite differences", () => {
    const inner = [real([2], [0.3, 0.9]), real([2], [2, -8]), real([2], [1, -5])];
    const mixed = ([t, p, q]: readonly Tensor[]): Tensor => logMix(t, p, q).sin().sum();
    expectDifferences("logMix", mixed, inner, [0, 1, 2]);
    const slopes = (inputs: readonly Tensor[]): Tensor =>
      tf.addN(
        gradient((at: readonly Tensor[]) => mixed(at) as Scalar)(inputs).gradient.map((slope) => slope.square().sum()),
      );
    expectDifferences("slopes of logMix", slopes, inner, [0, 1, 2]);
  });
});
