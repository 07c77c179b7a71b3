/** Ops that move elements and compute nothing: of each element of the result, where it comes from. */
import type { Shape } from "../../core/tensor.ts";
import type { Node } from "../graph/node.ts";
import type { Attributes, Op } from "../graph/ops.ts";
import { flatOf, type HostArray, indexOf } from "./array.ts";

export type ViewOp =
  | "alias"
  | "stop"
  | "custom"
  | "reshape"
  | "transpose"
  | "broadcast"
  | "slice"
  | "reverse"
  | "pad"
  | "concat"
  | "gather";

/** Element `at` of operand number `operand`. */
export interface Place {
  readonly operand: number;
  readonly at: number;
}

/** Where element number `flat` of the result comes from; undefined where from nowhere. */
export type Origin = (flat: number) => Place | undefined;

type Rule<O extends Op> = (attributes: Attributes[O], inputs: readonly HostArray[], shape: Shape) => Origin;

const itself: Rule<"alias" | "stop" | "custom" | "reshape"> = () => (at) => ({ operand: 0, at });

/** A rule from the index in the result to the index in the only operand. */
const moved =
  <O extends Op>(
    from: (index: readonly number[], attributes: Attributes[O], own: Shape) => readonly number[],
  ): Rule<O> =>
  (attributes, [x], shape) =>
  (flat) => ({ operand: 0, at: flatOf(from(indexOf(flat, shape), attributes, x.shape), x.shape) });

const within = (index: readonly number[], shape: Shape): boolean => index.every((i, axis) => i >= 0 && i < shape[axis]);

const pad: Rule<"pad"> =
  ({ before }, [x], shape) =>
  (flat) => {
    const index = indexOf(flat, shape).map((i, axis) => i - before[axis]);
    return within(index, x.shape) ? { operand: 0, at: flatOf(index, x.shape) } : undefined;
  };

const concat: Rule<"concat"> =
  ({ axis }, inputs, shape) =>
  (flat) => {
    const index = indexOf(flat, shape);
    let operand = 0;
    for (; index[axis] >= inputs[operand].shape[axis]; operand++) index[axis] -= inputs[operand].shape[axis];
    return { operand, at: flatOf(index, inputs[operand].shape) };
  };

/**
 * How the index [...batch, ...before, ...rest, ...after] of a gathered element splits: the element of the indices that it belongs
 * to, and the index that it has where axes `rest` are one axis, at the place that the indices' value names.
 */
export const gatheredFrom = (
  index: readonly number[],
  { axis, batch }: Attributes["gather"],
  indices: HostArray,
): { readonly pointer: number; readonly index: readonly number[] } => {
  const rest = indices.shape.length - batch;
  const pointer = flatOf([...index.slice(0, batch), ...index.slice(axis, axis + rest)], indices.shape);
  return { pointer, index: [...index.slice(0, axis), indices.values[pointer], ...index.slice(axis + rest)] };
};

const gather: Rule<"gather"> =
  (attributes, [x, indices], shape) =>
  (flat) => {
    const { index } = gatheredFrom(indexOf(flat, shape), attributes, indices);
    return within(index, x.shape) ? { operand: 0, at: flatOf(index, x.shape) } : undefined;
  };

const rules: { readonly [O in ViewOp]: Rule<O> } = {
  alias: itself,
  stop: itself,
  custom: itself,
  reshape: itself,
  transpose: moved<"transpose">((index, { order }, own) => own.map((_, axis) => index[order.indexOf(axis)])),
  broadcast: moved<"broadcast">((index, _, own) => own.map((n, axis) => (n === 1 ? 0 : index[axis]))),
  slice: moved<"slice">((index, { begin, strides }) => index.map((i, axis) => begin[axis] + i * strides[axis])),
  reverse: moved<"reverse">((index, { axes }, own) =>
    index.map((i, axis) => (axes.includes(axis) ? own[axis] - 1 - i : i)),
  ),
  pad,
  concat,
  gather,
};

export const isView = (node: Node): node is Node<ViewOp> => Object.hasOwn(rules, node.op);

const ruleOf = <O extends ViewOp>(op: O): Rule<O> => rules[op];

export const originOf = (node: Node<ViewOp>, inputs: readonly HostArray[]): Origin =>
  ruleOf(node.op as ViewOp)(node.attributes as never, inputs, node.shape);

/** What stands where nothing comes from: the value of a pad, NaN of a gather that points outside, 0 of ints and bools. */
export const fillOf = (node: Node<ViewOp>): number => {
  if (node.op === "pad") return (node as Node<"pad">).attributes.value;
  return node.type === "real" ? Number.NaN : 0;
};
