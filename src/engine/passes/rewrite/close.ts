import { is, type Node, placeholder } from "../../graph/node.ts";
import type { Region } from "../../graph/ops.ts";
import { dependents, sameConstant, withInputs } from "../../graph/traverse.ts";
import { oldest, reachSince } from "../walk.ts";

export interface Closed {
  /** One for each list of outputs, all with the same inputs. */
  readonly regions: readonly Region[];
  /** The outer nodes that the regions' last inputs stand for. */
  readonly outside: readonly Node[];
}

const isView = ({ op }: Node): boolean => op === "broadcast" || op === "reshape";
const isNumber = (node: Node): node is Node<"constant"> => is(node, "constant") && node.attributes.values.length === 1;

/** Where a chain of broadcasts and reshapes begins. */
const source = (node: Node): Node => {
  let under = node;
  while (isView(under)) [under] = under.inputs;
  return under;
};

/** The nodes with their dependence on `first` nodes and on `outside` redirected to a region's own placeholders. */
const inside = (
  nodes: readonly Node[],
  inner: ReadonlySet<Node>,
  outputs: readonly Node[],
  taken: readonly Node[],
): Region => {
  const inputs = taken.map(({ type, shape }, i) => placeholder(i, type, shape));
  const made = new Map<Node, Node>(taken.map((node, i) => [node, inputs[i]]));
  const bring = (node: Node): Node => {
    const known = made.get(node);
    if (known) return known;
    const own = isNumber(node) ? sameConstant(node) : withInputs(node, node.inputs.map(bring));
    made.set(node, own);
    return own;
  };
  for (const node of nodes)
    if (inner.has(node) && !made.has(node)) made.set(node, withInputs(node, node.inputs.map(bring)));
  return { inputs, outputs: outputs.map(bring) };
};

/**
 * Makes regions of what depends on `placeholders`. What does not stays outside and becomes an input; numbers, and views that repeat
 * or reshape, are brought inside, so that what comes in is small.
 */
export const close = (placeholders: readonly Node[], lists: readonly (readonly Node[])[]): Closed => {
  const outputs = lists.flat();
  const nodes = reachSince(outputs, oldest(placeholders));
  const inner = dependents(nodes, placeholders);
  const used = new Set(outputs.filter((output) => !inner.has(output)));
  for (const node of nodes)
    if (inner.has(node)) for (const input of node.inputs) if (!inner.has(input)) used.add(input);
  const outside = [...new Set([...used].map(source))].filter((node) => !isNumber(node));
  const taken = [...placeholders, ...outside];
  return { regions: lists.map((list) => inside(nodes, inner, list, taken)), outside };
};
