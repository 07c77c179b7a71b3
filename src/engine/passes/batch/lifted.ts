import { range } from "../../../core/shape.ts";
import { spread, transpose } from "../../graph/build.ts";
import type { Node } from "../../graph/node.ts";

/** What stands for a one-draw node: the same for every draw, or, where it is batched, one for each along a leading axis. */
export interface Lifted {
  readonly node: Node;
  readonly batched: boolean;
}

export const each = (node: Node): Lifted => ({ node, batched: true });
export const shared = (node: Node): Lifted => ({ node, batched: false });

/** What the rules work with. */
export interface Batching {
  readonly count: number;
  /** The node with the leading axis. One view for each shared node, so that its gradient is summed over the draws once. */
  readonly across: (x: Lifted) => Node;
  /** What stands for `outputs` where `start` says what stands for some of what they are made of. */
  readonly lift: (outputs: readonly Node[], start: ReadonlyMap<Node, Lifted>) => Lifted[];
  /** What `lift` was started with: rules given as functions may refer to it. */
  readonly start: ReadonlyMap<Node, Lifted>;
}

/** Spreads shared nodes over `count` draws, each once. */
export const spreader = (count: number): Batching["across"] => {
  const made = new Map<Node, Node>();
  return ({ node, batched }) => {
    if (batched) return node;
    const view = made.get(node) ?? spread(node, [count, ...node.shape]);
    made.set(node, view);
    return view;
  };
};

/** One axis put elsewhere, the others in their order. */
export const moveAxis = (x: Node, from: number, to: number): Node => {
  const rest = range(x.shape.length).filter((axis) => axis !== from);
  return transpose(x, [...rest.slice(0, to), from, ...rest.slice(to)]);
};
