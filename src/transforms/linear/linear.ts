import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import type { Bijection } from "../transform.ts";

/** An invertible linear map of vectors, x ↦ W x: what W does, and not W itself. */
export interface Linear {
  /** W x, x [..., n]. */
  apply(x: Tensor): Tensor;
  /** W⁻¹ y, y [..., n]. */
  solve(y: Tensor): Tensor;
  /** log |det W|: a scalar, or [...batch] where each row of a batch has its own W. */
  readonly logDet: Tensor;
}

/** One after another, the first one first: W = … W₂ W₁. */
export const composed = (maps: readonly Linear[]): Linear => ({
  apply: (x) => maps.reduce((value, map) => map.apply(value), x),
  solve: (y) => maps.reduceRight((value, map) => map.solve(value), y),
  logDet: maps.slice(1).reduce((sum, { logDet }) => sum.add(logDet), maps[0].logDet),
});

/** W x + shift as a bijection of vectors [..., n]; a shift is [n], or [...batch, n] for each row its own. */
export const linearMap = ({ apply, solve, logDet }: Linear, shift?: Tensor): Bijection => {
  const spread = (x: Tensor, each: Tensor): Tensor => tf.zeros(x.shape.slice(0, -1)).add(each);
  return {
    rank: 1,
    forward: (x) => ({ value: shift ? apply(x).add(shift) : apply(x), logDet: spread(x, logDet) }),
    inverse: (y) => ({ value: solve(shift ? y.sub(shift) : y), logDet: spread(y, logDet.neg()) }),
    domain: (shape) => shape,
  };
};
