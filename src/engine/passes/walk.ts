/** Walks that stop at older nodes: what is under a region's operands is not the region's concern. */
import type { Node } from "../graph/node.ts";
import { withInputs } from "../graph/traverse.ts";

/** What the outputs reach and was made with or after node number `first`, operands first. */
export const reachSince = (outputs: readonly Node[], first: number): Node[] => {
  const seen = new Set<Node>();
  const open: Node[] = [];
  const visit = (node: Node): void => {
    if (node.id < first || seen.has(node)) return;
    seen.add(node);
    open.push(node);
  };
  outputs.forEach(visit);
  for (let node = open.pop(); node; node = open.pop()) node.inputs.forEach(visit);
  return inOrder(seen);
};

/** Operands first. */
export const inOrder = (nodes: Iterable<Node>): Node[] => [...nodes].sort((a, b) => a.id - b.id);

export const oldest = (nodes: Iterable<Node>): number => {
  let first = Number.POSITIVE_INFINITY;
  for (const { id } of nodes) first = Math.min(first, id);
  return first;
};

/** Makes another node of one; undefined leaves it as it is, but for its operands. `now` gives what an earlier node has become. */
export type Change = (node: Node, now: (earlier: Node) => Node) => Node | undefined;

/** The outputs again, every node since `first` changed in turn. */
export const rebuild = (outputs: readonly Node[], first: number, change: Change): Node[] => {
  const made = new Map<Node, Node>();
  const now = (node: Node): Node => made.get(node) ?? node;
  for (const node of reachSince(outputs, first))
    made.set(node, change(node, now) ?? withInputs(node, node.inputs.map(now)));
  return outputs.map(now);
};
