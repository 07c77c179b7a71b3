import { constant, labelled, make, type Node } from "./node.ts";
import type { Attributes, Op } from "./ops.ts";

/** All nodes that the outputs reach, operands first, in the order in which they were made. */
export const reach = (outputs: readonly Node[]): Node[] => {
  const seen = new Set<Node>();
  const open = [...outputs];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
};

/** Those of `nodes` (operands first) that depend on one of `from`, these included. */
export const dependents = (nodes: readonly Node[], from: Iterable<Node>): Set<Node> => {
  const found = new Set(from);
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
};

/** The node again with other operands; itself where they are the same. */
export const withInputs = (node: Node, inputs: readonly Node[]): Node => {
  if (inputs.every((input, i) => input === node.inputs[i])) return node;
  return labelled(node.label, () => make(node.op, inputs, node.attributes as Attributes[Op]));
};

/** The outputs with some nodes replaced, wherever they are used. */
export const substitute = (outputs: readonly Node[], replaced: ReadonlyMap<Node, Node>): Node[] => {
  const now = new Map(replaced);
  for (const node of reach(outputs))
    if (!now.has(node))
      now.set(
        node,
        withInputs(
          node,
          node.inputs.map((input) => now.get(input) as Node),
        ),
      );
  return outputs.map((output) => now.get(output) as Node);
};

/** A constant again, as a node of its own. */
export const sameConstant = ({ attributes, shape, type }: Node<"constant">): Node =>
  constant(attributes.values, shape, type);
