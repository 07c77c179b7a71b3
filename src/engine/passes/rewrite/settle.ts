import type { Precision } from "../../../core/double.ts";
import { labelled, type Node } from "../../graph/node.ts";
import { withInputs } from "../../graph/traverse.ts";
import { inOrder } from "../walk.ts";
import { keyOf } from "./key.ts";
import type { Rewriter } from "./look.ts";
import { rewriteLoop, rewriteScan } from "./regions.ts";
import { improve } from "./rules.ts";

/** What the nodes reach that is not known yet, operands first. */
const unknown = (nodes: readonly Node[], known: ReadonlyMap<Node, Node>): Node[] => {
  const seen = new Set<Node>();
  const open: Node[] = [];
  const visit = (node: Node): void => {
    if (known.has(node) || seen.has(node)) return;
    seen.add(node);
    open.push(node);
  };
  nodes.forEach(visit);
  for (let node = open.pop(); node; node = open.pop()) node.inputs.forEach(visit);
  return inOrder(seen);
};

/** A rewriter that knows nothing yet. */
export const rewriter = (precision: Precision): Rewriter => {
  const best = new Map<Node, Node>();
  const byKey = new Map<string, Node>();
  const parts = new Map<Node, readonly Node[]>();

  const remember = (key: string, node: Node): Node => {
    byKey.set(key, node);
    best.set(node, node);
    return node;
  };

  const partsOf = (whole: Node): readonly Node[] => {
    const known = parts.get(whole);
    if (known) return known;
    const made =
      whole.op === "scan" ? rewriteScan(whole as Node<"scan">, self) : rewriteLoop(whole as Node<"loop">, self);
    const best = settle(made);
    parts.set(whole, best);
    return best;
  };

  const simplified = (raw: Node): Node => {
    if (raw.op === "input") return raw;
    const node = withInputs(
      raw,
      raw.inputs.map((input) => best.get(input) as Node),
    );
    if (node.op === "part") return partsOf(node.inputs[0])[(node as Node<"part">).attributes.index];
    const key = keyOf(node);
    const known = byKey.get(key);
    if (known) return known;
    const better = labelled(node.label, () => improve(node, precision));
    return remember(key, better ? settled(better) : node);
  };

  /** A node whose operands are known. */
  const take = (node: Node): Node => {
    const known = best.get(node);
    if (known) return known;
    const made = simplified(node);
    best.set(node, made);
    return made;
  };

  /** What a rule makes is a few nodes deep. */
  const settled = (node: Node): Node => {
    for (const input of node.inputs) if (!best.has(input)) settled(input);
    return take(node);
  };

  const settle: Rewriter["settle"] = (nodes) => {
    for (const node of unknown(nodes, best)) take(node);
    return nodes.map((node) => best.get(node) as Node);
  };

  const keep: Rewriter["keep"] = (made) => {
    const [whole] = made[0].inputs;
    const key = keyOf(whole);
    // The scan that this is made of may have the same key, its parts not known yet.
    const known = parts.get(byKey.get(key) ?? whole);
    if (known) return known;
    remember(key, whole);
    parts.set(whole, made);
    for (const part of made) best.set(part, part);
    return made;
  };

  const self: Rewriter = { settle, keep };
  return self;
};
