import { fail } from "../../core/check.ts";
import { showShape } from "../../core/shape.ts";
import { full, real } from "../graph/build.ts";
import type { Node } from "../graph/node.ts";
import { reverse } from "./reverse.ts";

/**
 * Gradients of a real scalar with respect to nodes anywhere in the graph, as nodes: they can be differentiated again.
 * @returns one per node of `wrt` and of its shape; zeros where the output does not depend on it smoothly.
 * @throws FluvialError where the output is no real scalar, or where `reverse` does.
 */
export const gradients = (output: Node, wrt: readonly Node[]): Node[] => {
  if (output.type !== "real" || output.shape.length !== 0)
    fail(`gradients: expected a real scalar, got ${output.type} of shape ${showShape(output.shape)}`);
  return reverse([output], [real(1)], wrt).map((slope, i) => slope ?? full(0, wrt[i].shape));
};
