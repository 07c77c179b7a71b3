import { make, type Node, placeholder } from "./node.ts";
import type { Attributes, Region } from "./ops.ts";
import { dependents, reach, sameConstant, substitute } from "./traverse.ts";

export interface Closed {
  readonly region: Region;
  /** The outer nodes that the region's last inputs stand for. */
  readonly outside: readonly Node[];
}

/**
 * Makes a region of what depends on `placeholders`. Everything else that it needs stays outside and becomes an extra input, scalar
 * constants apart: what does not change from turn to turn is not computed in the region.
 */
export const closeRegion = (placeholders: readonly Node<"input">[], outputs: readonly Node[]): Closed => {
  const nodes = reach(outputs);
  const inner = dependents(nodes, placeholders);
  const used = new Set(outputs.filter((output) => !inner.has(output)));
  for (const node of inner) for (const input of node.inputs) if (!inner.has(input)) used.add(input);
  const replaced = new Map<Node, Node>(
    placeholders.map((input, i) => [input, placeholder(i, input.type, input.shape)]),
  );
  const outside: Node[] = [];
  for (const node of used) {
    if (node.op === "constant" && node.shape.length === 0) replaced.set(node, sameConstant(node as Node<"constant">));
    else {
      replaced.set(node, placeholder(placeholders.length + outside.length, node.type, node.shape));
      outside.push(node);
    }
  }
  const inside = [...placeholders, ...outside].map((node) => replaced.get(node) as Node);
  return { region: { inputs: inside, outputs: substitute(outputs, replaced) }, outside };
};

/** The region's outputs with other nodes for its inputs: its body, written out in place. */
export const inline = ({ inputs, outputs }: Region, operands: readonly Node[]): Node[] =>
  substitute(outputs, new Map(inputs.map((input, i) => [input, operands[i]])));

const parts = (node: Node<"scan" | "loop">, count: number): Node[] =>
  Array.from({ length: count }, (_, index) => make("part", [node], { index }));

/** A scan and its parts: the last states, then the new sequences. */
export const scan = (operands: readonly Node[], attributes: Attributes["scan"]): Node[] =>
  parts(make("scan", operands, attributes), attributes.body.outputs.length);

/** A loop and its parts: the last states. */
export const loop = (operands: readonly Node[], attributes: Attributes["loop"]): Node[] =>
  parts(make("loop", operands, attributes), attributes.states);
