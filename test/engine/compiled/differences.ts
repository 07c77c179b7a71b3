import { expect } from "vitest";
import type { Tensor } from "../../../src/core/tensor.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { programOf } from "./agreement.ts";
import { start } from "./run.ts";

/** A scalar function of tensors. */
export type ScalarFormula = (inputs: readonly Tensor[]) => Tensor;

/** Value, then the gradient in the inputs of which the numbers are given, as a tree of tensors. */
export const withSlopesIn =
  (formula: ScalarFormula, which: readonly number[]) =>
  (inputs: readonly Tensor[]): unknown =>
    gradient(
      (at: readonly Tensor[]) => formula(inputs.map((x, i) => (which.includes(i) ? at[which.indexOf(i)] : x))) as never,
    )(which.map((i) => inputs[i]));

/** Elements to look at: all of a few, else some spread over them. */
const some = (size: number, most: number): number[] =>
  size <= most ? [...new Array(size).keys()] : Array.from({ length: most }, (_, i) => Math.floor((i * size) / most));

/**
 * Holds the compiled gradient against central differences of fourth order of the compiled value.
 * @param which inputs by number. @param step of a difference, relative where an input is large.
 */
export const expectDifferences = (
  name: string,
  formula: ScalarFormula,
  inputs: readonly HostArray[],
  which: readonly number[],
  { tolerance = 1e-7, step = 1e-3, most = 6 } = {},
): void => {
  const values = programOf(([...given]) => formula(given), inputs);
  const value = start(values.graph, "f64");
  const slopesOf = programOf((given) => withSlopesIn(formula, which)(given), inputs);
  const [, ...slopes] = start(slopesOf.graph, "f64")(slopesOf.inputs);
  which.forEach((input, n) => {
    for (const at of some(inputs[input].values.length, most)) {
      const x = inputs[input].values[at];
      const h = step * Math.max(0.05, Math.abs(x));
      const moved = (by: number): number => {
        const changed = values.inputs.map((each, i) =>
          i === input ? { values: Float64Array.from(each.values, (v, j) => (j === at ? v + by * h : v)) } : each,
        );
        return value(changed)[0].values[0];
      };
      const want = (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * h);
      const got = slopes[n].values[at];
      const error = Math.abs(got - want) / Math.max(1, Math.abs(want));
      expect(error, `${name}: slope of input ${input} at [${at}] is ${got}, by differences ${want}`).toBeLessThan(
        tolerance,
      );
    }
  });
};
