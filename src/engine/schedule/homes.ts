import { sizeOf } from "../../core/shape.ts";
import type { Node } from "../graph/ops.ts";
import type { Home } from "./access.ts";
import { isPointwise } from "./elements.ts";

/**
 * Which nodes put their elements straight into a concatenation that they are a piece of: those computed in loops, each into the
 * first concatenation that holds it. A node that is a result of the program keeps a buffer of its own.
 */
export const homesOf = (
  nodes: readonly Node[],
  outputs: readonly Node[],
  isLoop: (node: Node) => boolean,
): Map<Node, Home> => {
  const homes = new Map<Node, Home>();
  const taken = new Set(outputs);
  for (const root of nodes) {
    if (root.op !== "concat") continue;
    const { axis } = root.attributes as { readonly axis: number };
    let begin = 0;
    for (const piece of root.inputs) {
      if (isLoop(piece) && isPointwise(piece) && sizeOf(piece.shape) > 0 && !taken.has(piece) && !homes.has(piece))
        homes.set(piece, { root, begin: root.shape.map((_, i) => (i === axis ? begin : 0)) });
      begin += piece.shape[axis];
    }
  }
  return homes;
};
