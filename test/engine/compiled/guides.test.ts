import { describe, expect, it } from "vitest";
import type { Density, Sampler } from "../../../src/core/density.ts";
import { inPrecision } from "../../../src/core/double.ts";
import { fromHost, type Tensor } from "../../../src/core/tensor.ts";
import { disposeTree, leaves, paths, rebuild } from "../../../src/core/tree.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { farFromStart, guideFor, guides, type Row } from "../../guides/table.ts";
import { hostOf, int, wave } from "../trace/both.ts";
import { expectEnginesAgree } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";

const precisions = ["f64", "f32"] as const;

/** Parameters far from the start, as host arrays and as a tree to be rebuilt. */
const parametersOf = (row: Row, size: number): { readonly form: unknown; readonly arrays: readonly HostArray[] } =>
  inPrecision("f64", () => {
    const form = farFromStart(row, size);
    const arrays = leaves(form).map(hostOf);
    disposeTree(form);
    return { form, arrays };
  });

describe.each(Object.entries(guides))("%s", (name, row) => {
  describe.each(row.sizes)("size %i", (size) => {
    const { form, arrays } = parametersOf(row, size);
    const guideAt = (params: readonly Tensor[]): Sampler => guideFor(row, size).at(rebuild(form, params)) as Sampler;
    const drawn = ([key, ...params]: readonly Tensor[]): Tensor => {
      const { value, logQ } = guideAt(params).draw(key as never, [3]);
      return value
        .sin()
        .sum()
        .add(logQ.mul(fromHost([1, -0.5, 2], [3])).sum());
    };
    const inParameters = arrays.map((_, i) => i + 1);
    const inputs = [int([2], [5, 8]), ...arrays];

    it.each(precisions)("draws alike in both engines, with one gradient, %s", (precision) => {
      const draw = ([key, ...params]: readonly Tensor[]): unknown => guideAt(params).draw(key as never, [3]);
      const { results } = expectEnginesAgree(name, draw, inputs, { precision });
      expect(results.map(({ shape }) => shape)).toEqual([[3, size], [3]]);
      expectEnginesAgree(`${name}, slopes`, withSlopesIn(drawn, inParameters), inputs, { precision });
    });

    it.skipIf(row.implicit)("has the gradient of finite differences", () => {
      const learned = inParameters.filter((i) => !row.fixed?.includes(paths(form)[i - 1]));
      expectDifferences(name, drawn, inputs, learned, { most: 3 });
    });

    if (row.density)
      it.each(precisions)("knows one density, with one gradient, %s", (precision) => {
        const density = ([z, ...params]: readonly Tensor[]): Tensor => (guideAt(params) as Density).logProb(z).sum();
        expectEnginesAgree(name, withSlopesIn(density, [0, ...inParameters]), [wave(4, size), ...arrays], {
          precision,
        });
      });
  });
});
