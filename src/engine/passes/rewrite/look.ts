/** What rules ask of nodes, and how they are written. */
import type { Precision } from "../../../core/double.ts";
import { sizeOf } from "../../../core/shape.ts";
import type { Shape } from "../../../core/tensor.ts";
import { is, type Node } from "../../graph/node.ts";
import type { Op } from "../../graph/ops.ts";

/** A better node for the same value, or undefined where the rule does not apply. */
export type Rule<O extends Op = Op> = (node: Node<O>, precision: Precision) => Node | undefined;

/** The one number that all elements of a constant are, spread or not; undefined of anything else. */
export const numberOf = (x: Node): number | undefined => {
  if (is(x, "broadcast")) return numberOf(x.inputs[0]);
  return is(x, "constant") && x.attributes.values.length === 1 ? x.attributes.values[0] : undefined;
};

/** For an op that commutes: the rule tried with its operands either way round. */
export const eitherWay =
  (rule: (a: Node, b: Node) => Node | undefined): Rule =>
  ({ inputs: [a, b] }) =>
    rule(a, b) ?? rule(b, a);

/** The axes along which a broadcast repeats. */
export const spreadAxes = (x: Node): boolean[] =>
  x.shape.map((n, axis) => is(x, "broadcast") && n !== 1 && x.inputs[0].shape[axis] === 1);

interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Which axes of one shape hold which of another with the same elements, in the smallest groups; undefined of empty shapes. */
export const groupsOf = (from: Shape, to: Shape): Group[] | undefined => {
  if (sizeOf(from) === 0) return undefined;
  const groups: Group[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [a, b] = [i, j];
    let p = i < from.length ? from[i++] : 1;
    let q = j < to.length ? to[j++] : 1;
    while (p !== q)
      if (p < q) p *= from[i++];
      else q *= to[j++];
    groups.push({ from: axes(a, i), to: axes(b, j) });
  }
  return groups;
};

const axes = (begin: number, end: number): number[] => Array.from({ length: end - begin }, (_, i) => begin + i);

/** Simplifies nodes one after another, and knows those it has simplified: equal ones become one. */
export interface Rewriter {
  /** The best node for each. */
  readonly settle: (nodes: readonly Node[]) => Node[];
  /** The parts of a scan or loop that is as good as it gets, or those of an equal one that is known. */
  readonly keep: (parts: readonly Node[]) => readonly Node[];
}
