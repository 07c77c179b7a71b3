import * as tf from "#tfjs";
import type { Tensor } from "./tensor.ts";

/** Nested records and lists of tensors. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

const isTensor = (x: unknown): x is Tensor => x instanceof tf.Tensor;

/** The tensors of a tree, depth first, records in the order of their keys as written. */
export const leaves = (tree: unknown): Tensor[] => {
  if (isTensor(tree)) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leaves);
  if (tree === null || typeof tree !== "object" || ArrayBuffer.isView(tree)) return [];
  return Object.values(tree).flatMap(leaves);
};

/** The path of every tensor, in the order of `leaves`: "layers.0.w". */
export const paths = (tree: unknown, prefix = ""): string[] => {
  if (isTensor(tree)) return [prefix];
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([key, value]) => paths(value, prefix === "" ? key : `${prefix}.${key}`));
};

/** The same tree with every tensor replaced. */
export const mapTree = <T>(tree: T, f: (leaf: Tensor, index: number) => Tensor): T => {
  let index = 0;
  const visit = (node: unknown): unknown => {
    if (isTensor(node)) return f(node, index++);
    if (Array.isArray(node)) return node.map(visit);
    if (node !== null && typeof node === "object" && !ArrayBuffer.isView(node))
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
    return node;
  };
  return visit(tree) as T;
};

/** The tree's form with other tensors in it, in the order of `leaves`. */
export const rebuild = <T>(form: T, tensors: readonly Tensor[]): T => mapTree(form, (_, i) => tensors[i]);

/** Combines trees of one form, tensor by tensor. */
export const zipTrees = <T>(f: (...tensors: Tensor[]) => Tensor, first: T, ...rest: readonly unknown[]): T => {
  const others = rest.map(leaves);
  return mapTree(first, (leaf, i) => f(leaf, ...others.map((list) => list[i])));
};

export const disposeTree = (tree: unknown): void => {
  for (const leaf of leaves(tree)) leaf.dispose();
};
