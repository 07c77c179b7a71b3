import * as tf from "#tfjs";
import type { Tensor } from "../../core/tensor.ts";
import { logDet, solve } from "../../ops/matrices.ts";
import type { Linear } from "./linear.ts";
import { times } from "./vectors.ts";

/** off [n, n]; or, each row its own, [...batch, n, n]. */
export interface MatrixParameters {
  readonly off: Tensor;
}

const columns = (a: Tensor, y: Tensor): Tensor =>
  a.rank > 2
    ? solve(a, y.expandDims(-1)).squeeze([-1])
    : solve(a, y.reshape([-1, a.shape[0]]).transpose())
        .transpose()
        .reshape(y.shape);

/**
 * W x with any W = I + off/√n, its determinant by elimination: n³/3 products each time, and nothing keeps it from 0. The plain twin of
 * the kinds with cheap determinants.
 */
export const fullLinear = ({ off }: MatrixParameters): Linear => {
  const n = off.shape[off.rank - 1];
  const w = off.div(Math.sqrt(n)).add(tf.eye(n));
  return { apply: (x) => times(w, x), solve: (y) => columns(w, y), logDet: logDet(w) };
};
