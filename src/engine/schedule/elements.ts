import type { Shape } from "../../core/tensor.ts";
import {
  binaryOps,
  comparisonOps,
  logicalOps,
  type Node,
  type Op,
  reductionOps,
  specialBinaryOps,
  unaryOps,
} from "../graph/ops.ts";
import { squeeze } from "./access.ts";

const pointwise: ReadonlySet<Op> = new Set<Op>([
  ...unaryOps,
  ...binaryOps,
  ...specialBinaryOps,
  ...comparisonOps,
  ...logicalOps,
  "polygamma",
  "special",
  "not",
  "select",
  "cast",
]);

const reductions: ReadonlySet<Op> = new Set<Op>(reductionOps);

export const isReduction = (node: Node): boolean => reductions.has(node.op);

/** Whether a node is one value of each element of its operands: computed in a loop, together with others of its shape. */
export const isPointwise = (node: Node): boolean => pointwise.has(node.op);

const known = new WeakMap<Node, Shape>();

/** The axes that a loop over a node's elements walks; those of its operand where it reduces them or rearranges them. */
export const walked = (node: Node): Shape => {
  const found = known.get(node);
  if (found) return found;
  const shape = squeeze(isPointwise(node) ? node.shape : node.inputs[0].shape);
  known.set(node, shape);
  return shape;
};
