import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { leaves, mapTree } from "../core/tree.ts";

/** The Euclidean norm over all tensors of a tree. */
export const globalNorm = (tree: unknown): Scalar =>
  tf.addN(leaves(tree).map((leaf) => leaf.square().sum())).sqrt() as Scalar;

/** In the place of a norm of 0. */
const least = 1e-30;

/** The tree scaled down to a norm of at most `limit`. Pascanu, Mikolov & Bengio 2013. */
export const clipNorm = <T>(tree: T, norm: Scalar, limit: Tensor): T => {
  const factor = limit.div(norm.maximum(limit).maximum(least));
  return mapTree(tree, (leaf) => leaf.mul(factor));
};
