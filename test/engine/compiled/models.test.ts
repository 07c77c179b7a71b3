import { describe, expect, it } from "vitest";
import { range } from "../../../src/core/shape.ts";
import type { Tensor } from "../../../src/core/tensor.ts";
import { rebuild } from "../../../src/core/tree.ts";
import { simulateOnce } from "../../../src/model/simulate.ts";
import { int, real } from "../trace/both.ts";
import { expectEnginesAgree } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";
import { caseOf, modelNames } from "./models.ts";

const precisions = ["f64", "f32"] as const;

describe.each(modelNames)("%s", (name) => {
  const { model, conditioned, form, data } = caseOf(name);
  const { size } = conditioned;
  const density = ([z, ...given]: readonly Tensor[]): Tensor =>
    conditioned.at(rebuild(form, given)).logDensity(z).sum();
  const point = (scale: number) =>
    real(
      [size],
      range(size).map((i) => scale * Math.sin(i + 1)),
    );
  const reals = [0, ...data.flatMap(({ type }, i) => (type === "real" ? [i + 1] : []))];

  it.each(precisions)("has one density and gradient in both engines, in z and in the data, %s", (precision) => {
    for (const scale of [0, 1, 3])
      expectEnginesAgree(name, withSlopesIn(density, reals), [point(scale), ...data], { precision });
  });

  it.each(precisions)("is NaN and infinite in the same places, %s", (precision) => {
    for (const extreme of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 800, -800])
      for (const at of new Set([0, Math.min(1, size - 1), size - 1])) {
        const z = real(
          [size],
          [...point(1).values].map((x, i) => (i === at ? extreme : x)),
        );
        const f = withSlopesIn(density, [0]);
        expectEnginesAgree(`${name} with ${extreme} at ${at}`, f, [z, ...data], { precision });
      }
  });

  it("has the gradient of finite differences", () => {
    const counts = (i: number): boolean => i > 0 && data[i - 1].values.every((x) => x === 0 || x === 1);
    expectDifferences(
      name,
      density,
      [point(1), ...data],
      reals.filter((i) => !counts(i)),
    );
  });

  it.each(precisions)("goes over draws, in any batch, %s", (precision) => {
    const z = real(
      [2, 3, size],
      range(6 * size).map((i) => Math.sin(1.3 * i)),
    );
    const { results } = expectEnginesAgree(
      name,
      ([at, ...given]) => conditioned.at(rebuild(form, given)).logDensity(at),
      [z, ...data],
      { precision },
    );
    expect(results[0].shape).toEqual([2, 3]);
    expectEnginesAgree(`${name}, slopes`, withSlopesIn(density, reals), [z, ...data], { precision });
    expectEnginesAgree(
      `${name}, quantities`,
      ([at, ...given]) => conditioned.at(rebuild(form, given)).constrain(at),
      [z, ...data],
      { precision },
    );
  });

  it("is simulated alike in both engines", () => {
    if (model.sites.some(({ role }) => role === "joint" || role === "parameter")) return;
    const simulate = ([key, ...given]: readonly Tensor[]): unknown =>
      simulateOnce({ sites: model.sites, bound: conditioned.bound, data: rebuild(form, given) }, key as never);
    expectEnginesAgree(name, simulate, [int([2], [4, 2]), ...data]);
  });
});
