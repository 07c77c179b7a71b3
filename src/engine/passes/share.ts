/** Functions of one number that are made of the same exponential. */
import { add, compare, div, exp, maximum, neg, select, spread, unary } from "../graph/build.ts";
import { constant, type Node } from "../graph/node.ts";
import type { Graph } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";
import { rebuild } from "./walk.ts";

const shared = ["softplus", "sigmoid"] as const;
type Shared = (typeof shared)[number];
const isShared = (node: Node): node is Node<Shared> => (shared as readonly string[]).includes(node.op);

/** x and −x share what depends on |x|. */
const unsigned = (x: Node): Node => (x.op === "neg" ? unsigned(x.inputs[0]) : x);

/** A number in a node's shape, as simplified programs have it: a constant of the node's rank, spread. */
const everywhere = (value: number, { shape }: Node): Node =>
  spread(
    constant(
      Float64Array.of(value),
      shape.map(() => 1),
    ),
    shape,
  );

const sigmoid = (x: Node, e: Node): Node => {
  const one = everywhere(1, x);
  return div(select(compare("greaterEqual", x, everywhere(0, x)), one, e), add(e, one));
};

/** With e = exp(−|x|), softplus is max(x, 0) + log(1 + e); sigmoid 1/(1 + e), or e/(1 + e) for x < 0. */
const written: Readonly<Record<Shared, (x: Node, e: Node) => Node>> = {
  softplus: (x, e) => add(maximum(x, everywhere(0, x)), unary("log1p", e)),
  sigmoid,
};

/** The numbers of which a program takes both softplus and sigmoid, signs apart. */
const takenTwice = (nodes: readonly Node[]): ReadonlySet<Node> => {
  const sizesOf = (op: Shared): Set<Node> =>
    new Set(nodes.filter((node) => node.op === op).map(({ inputs }) => unsigned(inputs[0])));
  const others = sizesOf("sigmoid");
  return new Set([...sizesOf("softplus")].filter((x) => others.has(x)));
};

/**
 * A program that computes exp(−|x|) once where it takes both softplus(±x) and sigmoid(±x): a likelihood of logits and its gradient.
 * The bodies of scans and loops stay as they are.
 */
export const shareExponentials = (graph: Graph): Graph => {
  const twice = takenTwice(reach(graph.outputs));
  if (twice.size === 0) return graph;
  const exponentials = new Map<Node, Node>();
  const exponentialOf = (x: Node): Node => {
    const e = exponentials.get(x) ?? exp(neg(unary("abs", x)));
    exponentials.set(x, e);
    return e;
  };
  const outputs = rebuild(graph.outputs, 0, (node, now) => {
    if (!isShared(node)) return undefined;
    const [x] = (node as Node).inputs;
    const size = unsigned(x);
    return twice.has(size) ? written[(node as Node<Shared>).op](now(x), exponentialOf(now(size))) : undefined;
  });
  return { inputs: graph.inputs, outputs };
};
