import { fail } from "../../core/check.ts";
import { sameShape, showShape } from "../../core/shape.ts";
import { labelled, type Node } from "../graph/node.ts";
import type { Op } from "../graph/ops.ts";
import { withInputs } from "../graph/traverse.ts";
import { type Batching, each, type Lifted, shared, spreader } from "./batch/lifted.ts";
import { batchLoop, batchScan } from "./batch/regions.ts";
import { rules, type Special } from "./batch/rules.ts";
import { oldest, reachSince } from "./walk.ts";

/** A sub-graph of one draw, and what takes its place for many. */
export interface Batch {
  /** Placeholders of one draw. */
  readonly inputs: readonly Node[];
  /** operands[i] [count, ...inputs[i].shape] stands for inputs[i]. */
  readonly operands: readonly Node[];
  /** What is made of the placeholders, for one draw. */
  readonly outputs: readonly Node[];
  readonly count: number;
}

type Results = Lifted | readonly Lifted[];
type SpecialRule<O extends Op> = (node: Node<O>, operands: readonly Lifted[], batching: Batching) => Results;

const leaf = (node: Node): Lifted => shared(node);

const special: { readonly [O in Exclude<Special, "part">]: SpecialRule<O> } = {
  input: leaf,
  constant: leaf,
  scan: batchScan,
  loop: batchLoop,
};

const isSpecial = (op: Op): op is keyof typeof special => op in special;

const ruleOf = (op: Exclude<Op, "part">): SpecialRule<Op> =>
  isSpecial(op)
    ? (special[op] as SpecialRule<Op>)
    : (node, operands, batching) =>
        each((rules[op] as (...given: Parameters<SpecialRule<Op>>) => Node)(node, operands, batching));

/** The same op on what stands for its operands, none of which depends on the draw. */
const again = (node: Node, operands: readonly Lifted[]): Lifted =>
  shared(
    withInputs(
      node,
      operands.map((x) => x.node),
    ),
  );

const liftWith = (count: number, across: Batching["across"]): Batching["lift"] => {
  const lift: Batching["lift"] = (outputs, start) => {
    const batching: Batching = { count, across, lift, start };
    const values = new Map<Node, Results>(start);
    const one = (node: Node): Lifted => (values.get(node) as Lifted | undefined) ?? shared(node);
    const results = (node: Node): Results => {
      if (node.op === "part") {
        const [whole] = node.inputs;
        const parts = values.get(whole) as Results;
        return Array.isArray(parts) ? parts[(node as Node<"part">).attributes.index] : again(node, [parts as Lifted]);
      }
      const operands = node.inputs.map(one);
      if (!operands.some(({ batched }) => batched)) return again(node, operands);
      return labelled(node.label, () => ruleOf(node.op as Exclude<Op, "part">)(node, operands, batching));
    };
    for (const node of reachSince(outputs, oldest(start.keys())))
      if (!values.has(node) && node.inputs.some((input) => values.has(input))) values.set(node, results(node));
    return outputs.map(one);
  };
  return lift;
};

/**
 * Turns a sub-graph over one-draw placeholders into ops with a leading axis of length `count`, and gives the outputs [count, ...].
 * What does not depend on the placeholders stays as it is. Draw i of the results has the bits of the sub-graph run on draw i alone.
 * @throws FluvialError where an operand is not [count, ...] of its placeholder's shape and type.
 */
export const batch = ({ inputs, operands, outputs, count }: Batch): Node[] => {
  if (operands.length !== inputs.length)
    fail(`batch: expected an operand for each of ${inputs.length} placeholders, got ${operands.length}`);
  for (const [i, { type, shape }] of inputs.entries())
    if (operands[i].type !== type || !sameShape(operands[i].shape, [count, ...shape]))
      fail(
        `batch: operand ${i} must be ${type} ${showShape([count, ...shape])}, got ${operands[i].type} ${showShape(operands[i].shape)}`,
      );
  const across = spreader(count);
  return liftWith(count, across)(outputs, new Map(inputs.map((input, i) => [input, each(operands[i])]))).map(across);
};
