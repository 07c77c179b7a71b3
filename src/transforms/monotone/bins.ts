import type { Tensor } from "../../core/tensor.ts";
import { exp } from "../../ops/special.ts";
import { stopGradient } from "../../ops/stopGradient.ts";
import { total } from "./sums.ts";

/** The least share of a bin in the width, or the height, of all. */
const leastShare = 1e-3;

/** Bins side by side from −bound to bound: bin k is weights[k] · scale + least wide. */
export interface Bins {
  readonly weights: readonly Tensor[];
  readonly scale: Tensor;
  readonly least: number;
}

/** The bins whose shares are the softmax of these numbers, none below the least share. */
export const binsOf = (numbers: readonly Tensor[], bound: number): Bins => {
  // Shares do not change with what is taken from all numbers, so no gradient need go through it.
  const most = stopGradient(numbers.reduce((top, each) => top.maximum(each)));
  const weights = numbers.map((each) => exp(each.sub(most)));
  return {
    weights,
    scale: total(weights)
      .reciprocal()
      .mul(2 * bound * (1 - numbers.length * leastShare)),
    least: 2 * bound * leastShare,
  };
};
