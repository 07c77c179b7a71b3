import { add } from "../graph/build.ts";
import { is, labelled, type Node } from "../graph/node.ts";
import type { Op } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";
import { type Cotangents, flat, type Rule } from "./rule.ts";
import { rules } from "./rules.ts";

/** Of `nodes`, operands first, those that a gradient with respect to `wrt` passes through: `wrt` and what follows from it smoothly. */
const activeAmong = (nodes: readonly Node[], wrt: readonly Node[]): Set<Node> => {
  const active = new Set(wrt.filter(({ type }) => type === "real"));
  for (const node of nodes)
    if (node.type === "real" && rules[node.op] !== flat && node.inputs.some((input) => active.has(input)))
      active.add(node);
  return active;
};

/** Added up in pairs of pairs: the error grows with the logarithm of how many there are. */
const total = (terms: readonly Node[], from = 0, to: number = terms.length): Node => {
  if (to - from === 1) return terms[from];
  const middle = (from + to) >> 1;
  return add(total(terms, from, middle), total(terms, middle, to));
};

/** Lists by node. */
const push = (lists: Map<Node, Node[]>, node: Node, item: Node): void => {
  const list = lists.get(node);
  if (list) list.push(item);
  else lists.set(node, [item]);
};

/** The gradients that arrive at nodes; at a scan or loop, at each of its parts. */
const makeLedger = (): { give(node: Node, gradient: Node): void; take(node: Node): Cotangents | undefined } => {
  const arrived = new Map<Node, Node[]>();
  const partsOf = new Map<Node, Node[]>();
  const take = (node: Node): Cotangents | undefined => {
    const parts = partsOf.get(node);
    if (parts) return byIndex(parts as readonly Node<"part">[], arrived);
    const terms = arrived.get(node);
    if (terms && is(node, "part")) push(partsOf, node.inputs[0], node);
    return terms && [total(terms)];
  };
  return { give: (node, gradient) => push(arrived, node, gradient), take };
};

const byIndex = (parts: readonly Node<"part">[], arrived: ReadonlyMap<Node, readonly Node[]>): Cotangents => {
  const lists: Node[][] = [];
  for (const part of parts) {
    const { index } = part.attributes;
    lists[index] = [...(lists[index] ?? []), ...(arrived.get(part) ?? [])];
  }
  return Array.from(lists, (terms) => terms && total(terms));
};

/**
 * Gradients of Σ outputs · cotangents with respect to some nodes, anywhere in the graph: reverse accumulation. The time is linear
 * in what the outputs reach.
 * @param cotangents one per output and of its shape, or undefined for an output that does not count.
 * @returns one per node of `wrt` and of its shape; undefined where no output depends on it smoothly.
 * @throws FluvialError where a gradient would pass through a bounded while, or a third time through a gamma draw.
 */
export const reverse = (outputs: readonly Node[], cotangents: Cotangents, wrt: readonly Node[]): Cotangents => {
  const nodes = reach(outputs);
  const active = activeAmong(nodes, wrt);
  const asked = new Set(wrt);
  const slopes = new Map<Node, Node | undefined>();
  const ledger = makeLedger();
  for (const [i, output] of outputs.entries()) {
    const cotangent = cotangents[i];
    if (cotangent && active.has(output)) ledger.give(output, cotangent);
  }
  const visit = (node: Node): void => {
    const gradients = ledger.take(node);
    if (!gradients) return;
    if (asked.has(node)) slopes.set(node, gradients[0]);
    const rule = rules[node.op] as Rule<Op> | typeof flat;
    const wanted = node.inputs.map((input) => active.has(input));
    if (rule === flat || !wanted.includes(true)) return;
    const found = rule(node, gradients, { wanted, reverse, active: activeIn });
    for (const [i, slope] of found.entries()) if (slope && wanted[i]) ledger.give(node.inputs[i], slope);
  };
  for (const node of nodes.reverse()) if (active.has(node)) labelled(node.label, () => visit(node));
  return wrt.map((node) => slopes.get(node));
};

const activeIn = (outputs: readonly Node[], wrt: readonly Node[]): ReadonlySet<Node> =>
  activeAmong(reach(outputs), wrt);
