/** What a reverse rule is, and short ways to write one. */
import type { Node, Op } from "../graph/ops.ts";

/** A gradient with respect to each of some nodes; undefined where there is none, which is zero. */
export type Cotangents = readonly (Node | undefined)[];

/** What the sweep offers to a rule. */
export interface Sweep {
  /** For each operand, whether anybody asks for its gradient. */
  readonly wanted: readonly boolean[];
  /** The sweep itself, for the bodies of regions. */
  reverse(outputs: readonly Node[], cotangents: Cotangents, wrt: readonly Node[]): Cotangents;
  /** What the outputs reach and a gradient with respect to `wrt` would pass through. */
  active(outputs: readonly Node[], wrt: readonly Node[]): ReadonlySet<Node>;
}

/**
 * From the gradients with respect to a node's results — one, but for scan and loop — to those with respect to its operands. Rules
 * use operands and the node itself, which are all part of the graph: what they give can be differentiated again.
 */
export type Rule<O extends Op> = (node: Node<O>, gradients: Cotangents, sweep: Sweep) => Cotangents;

/** An op that no gradient passes. */
export const flat = "flat";

/** A rule for each of some ops. */
export type Rules<O extends Op> = { readonly [P in O]: Rule<P> | typeof flat };

/** The gradient with respect to one operand, of a node and the gradient with respect to it. */
export type Slope<O extends Op> = (gradient: Node, node: Node<O>) => Node | undefined;

/** A rule made of one slope per operand; those of operands that nobody asks for are not worked out. */
export const slopes =
  <O extends Op>(...each: readonly Slope<O>[]): Rule<O> =>
  (node, [gradient], { wanted }) =>
    each.map((slope, i) => (gradient && wanted[i] ? slope(gradient, node) : undefined));

/** The rule of y = f(x), written as a formula in the gradient, x and y. */
export const unaryRule = (slope: (gradient: Node, x: Node, y: Node) => Node): Rule<Op> =>
  slopes((gradient, node) => slope(gradient, node.inputs[0], node));

type BinarySlope = (gradient: Node, a: Node, b: Node, y: Node) => Node;

/** The rule of y = f(a, b), written as two formulas in the gradient, a, b and y. */
export const binaryRule = (inA: BinarySlope, inB: BinarySlope): Rule<Op> =>
  slopes(
    (gradient, node) => inA(gradient, node.inputs[0], node.inputs[1], node),
    (gradient, node) => inB(gradient, node.inputs[0], node.inputs[1], node),
  );
