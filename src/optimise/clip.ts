import * as tf from "#tfjs";
import type { Scalar } from "../core/tensor.ts";
import { leaves, mapTree } from "../core/tree.ts";

/** The Euclidean norm over all tensors of a tree. */
export const globalNorm = (tree: unknown): Scalar =>
  tf.addN(leaves(tree).map((leaf) => leaf.square().sum())).sqrt() as Scalar;

/** The tree scaled down to a norm of at most `limit`. Pascanu, Mikolov & Bengio 2013. */
export const clipNorm = <T>(tree: T, norm: Scalar, limit: number): T => {
  const factor = tf.scalar(limit).div(norm.maximum(limit));
  return mapTree(tree, (leaf) => leaf.mul(factor));
};
