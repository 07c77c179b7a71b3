import { describe, expect, it } from "vitest";
import type { Tensor } from "../../../src/core/tensor.ts";
import { interval, lower, type Support, scaled, upper } from "../../../src/transforms/index.ts";
import { supports } from "../../transforms/table.ts";
import { real } from "../trace/both.ts";
import { expectEnginesAgree, type Formula } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";

const precisions = ["f64", "f32"] as const;

describe.each(Object.entries(supports))("%s", (name, { make, points, sizes, shapes, outside }) => {
  const isEvent = sizes !== undefined || points[0].length > 1;
  const batch = (all: readonly (readonly number[])[], event = shapes?.[0]) =>
    real([all.length, ...(event ?? (isEvent ? [all[0].length] : []))], all.flat());
  const forward: Formula = ([z]) => make().forward(z);
  const weighted = ([z]: readonly Tensor[]): Tensor => {
    const { value, logDet } = make().forward(z);
    return value.atan().sum().add(logDet.sin().sum());
  };

  it.each(precisions)("maps there and back alike in both engines, %s", (precision) => {
    const { results } = expectEnginesAgree(name, forward, [batch(points)], { precision });
    expect(results).toHaveLength(2);
    const [value] = results;
    const inverse: Formula = ([y]) => make().inverse(y);
    expectEnginesAgree(`${name}, inverse`, inverse, [real(value.shape, [...value.values])], { precision });
  });

  it.each(precisions)("has one gradient in both engines, %s", (precision) => {
    expectEnginesAgree(name, withSlopesIn(weighted, [0]), [batch(points)], { precision });
  });

  it("has the gradient of finite differences", () => {
    const near = points.filter((point) => point.every((x) => Math.abs(x) < 10));
    if (near.length > 0) expectDifferences(name, weighted, [batch(near)], [0]);
  });

  it("knows alike what lies outside", () => {
    const contains: Formula = ([y]) => make().contains(y);
    const { results } = expectEnginesAgree(name, contains, [batch(outside, shapes?.[1])]);
    expect([...results[0].values].some(Boolean)).toBe(false);
    expectEnginesAgree(`${name}, far out`, forward, [
      batch([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 800].map((x) => points[0].map(() => x))),
    ]);
  });
});

describe("bounds that are themselves inputs", () => {
  const made: Readonly<Record<string, (low: Tensor, high: Tensor) => Support>> = {
    lower: (low) => lower(low),
    upper: (_, high) => upper(high),
    interval,
    scaled: (low, high) => scaled(low, high.sub(low)),
  };
  it.each(Object.entries(made))("%s has its slopes in them", (name, make) => {
    const weighted = ([z, low, high]: readonly Tensor[]): Tensor => {
      const { value, logDet } = make(low, high).forward(z);
      return value.atan().sum().add(logDet.sin().sum());
    };
    const inputs = [real([4], [-3, 0.2, 1, 4]), real([4], [-2, 0, 0.5, -1]), real([], [1.5])];
    expectDifferences(name, weighted, inputs, [0, 1, 2]);
    for (const precision of precisions)
      expectEnginesAgree(name, withSlopesIn(weighted, [0, 1, 2]), inputs, { precision });
  });
});
