import type { Precision } from "../../../core/double.ts";
import { labelled, type Node } from "../../graph/node.ts";
import { withInputs } from "../../graph/traverse.ts";
import { keyOf } from "./key.ts";
import type { Rewriter } from "./look.ts";
import { rewriteLoop, rewriteScan } from "./regions.ts";
import { improve } from "./rules.ts";

/** What the nodes reach that is not known yet, operands first. */
const unknown = (nodes: readonly Node[], known: ReadonlyMap<Node, Node>): Node[] => {
  const seen = new Set<Node>();
  const open = nodes.filter((node) => !known.has(node));
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) if (!known.has(input)) open.push(input);
  }
  return [...seen].sort((a, b) => a.id - b.id);
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
    const settled = settle(made);
    parts.set(whole, settled);
    return settled;
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
    const result = better ? settle([better])[0] : node;
    return remember(key, result);
  };

  const settle: Rewriter["settle"] = (nodes) => {
    for (const node of unknown(nodes, best)) if (!best.has(node)) best.set(node, simplified(node));
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
