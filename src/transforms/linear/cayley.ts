import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { solve } from "../../ops/matrices.ts";
import type { Linear } from "./linear.ts";
import { orthogonalLinear, skewOf } from "./orthogonal.ts";

/** off [n, n], of which the strict lower triangle T counts; or, each row its own, [...batch, n, n]. */
export interface RotationParameters {
  readonly off: Tensor;
}

/**
 * Q x with Q = (I − A)(I + A)⁻¹, A = (T − Tᵀ)/√n: every rotation that turns no direction by half a turn. Q is orthogonal to some ten
 * roundings as long as A is below 10³. Making Q costs one solution of n³ products. Goliński, Lezcano-Casado & Rainforth
 * 2019 as a layer of flows.
 */
export const cayleyLinear = ({ off }: RotationParameters): Linear => {
  const a = skewOf(off);
  const one = tf.eye(a.shape[a.rank - 1]);
  return orthogonalLinear(solve(one.add(a), one.sub(a)));
};
