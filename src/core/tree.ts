import * as tf from "#tfjs";
import { fail } from "./check.ts";
import type { Tensor } from "./tensor.ts";

/** Nested records and lists of tensors. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

const isTensor = (x: unknown): x is Tensor => x instanceof tf.Tensor;
const isRecord = (x: unknown): x is object => x !== null && typeof x === "object" && !ArrayBuffer.isView(x);

/** The tensors of a tree, depth first, records in the order of their keys as written. */
export const leaves = (tree: unknown): Tensor[] => {
  if (isTensor(tree)) return [tree];
  if (Array.isArray(tree)) return tree.flatMap(leaves);
  return isRecord(tree) ? Object.values(tree).flatMap(leaves) : [];
};

/** The path of every tensor, in the order of `leaves`: "layers.0.w". */
export const paths = (tree: unknown, prefix = ""): string[] => {
  if (isTensor(tree)) return [prefix];
  if (!isRecord(tree)) return [];
  return Object.entries(tree).flatMap(([key, value]) => paths(value, prefix === "" ? key : `${prefix}.${key}`));
};

/** The same tree with every tensor replaced. */
export const mapTree = <T>(tree: T, f: (leaf: Tensor, index: number) => Tensor): T => {
  let index = 0;
  const visit = (node: unknown): unknown => {
    if (isTensor(node)) return f(node, index++);
    if (Array.isArray(node)) return node.map(visit);
    if (isRecord(node)) return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
    return node;
  };
  return visit(tree) as T;
};

/** The tree's form with other tensors in it, in the order of `leaves`. */
export const rebuild = <T>(form: T, tensors: readonly Tensor[]): T => mapTree(form, (_, i) => tensors[i]);

const child = (node: unknown, key: string | number): unknown => (node as Record<string | number, unknown>)?.[key];

/**
 * Combines trees of one form, tensor by tensor; records are matched by their keys, whatever order those stand in.
 * @throws FluvialError where another tree has no tensor that the first one has.
 */
export const zipTrees = <T>(f: (...tensors: Tensor[]) => Tensor, first: T, ...rest: readonly unknown[]): T => {
  const visit = (node: unknown, others: readonly unknown[], path: readonly (string | number)[]): unknown => {
    const below = (key: string | number, value: unknown): unknown =>
      visit(
        value,
        others.map((other) => child(other, key)),
        [...path, key],
      );
    if (isTensor(node)) {
      if (!others.every(isTensor)) fail(`zipTrees: expected a tensor at "${path.join(".")}" in every tree`);
      return f(node, ...(others as Tensor[]));
    }
    if (Array.isArray(node)) return node.map((value, i) => below(i, value));
    if (isRecord(node)) return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, below(key, value)]));
    return node;
  };
  return visit(first, rest, []) as T;
};

export const disposeTree = (tree: unknown): void => {
  for (const leaf of leaves(tree)) leaf.dispose();
};
