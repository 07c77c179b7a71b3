import type { Shape } from "../../core/tensor.ts";
import { currentLabel } from "../../core/within.ts";
import { infer } from "./infer.ts";
import type { Attributes, Node, Op, Type } from "./ops.ts";

export type { Graph, Node } from "./ops.ts";

let made = 0;
let fixedLabel: string | undefined;

/** Nodes made while `f` runs get this label: a gradient belongs to the site of what it is the gradient of. */
export const labelled = <T>(label: string, f: () => T): T => {
  const before = fixedLabel;
  fixedLabel = label;
  try {
    return f();
  } finally {
    fixedLabel = before;
  }
};

/**
 * Makes a node; its type and shape follow from the operands.
 * @throws FluvialError where the operands do not fit the op.
 */
export const make = <O extends Op>(op: O, inputs: readonly Node[], attributes: Attributes[O]): Node<O> => {
  const { type, shape } = infer(op, inputs, attributes);
  return { id: made++, op, type, shape, inputs, attributes, label: fixedLabel ?? currentLabel() };
};

/** A placeholder. */
export const placeholder = (index: number, type: Type, shape: Shape): Node<"input"> => ({
  id: made++,
  op: "input",
  type,
  shape,
  inputs: [],
  attributes: { index },
  label: "",
});

/** A constant of a given shape and type. */
export const constant = (values: Float64Array, shape: Shape, type: Type = "real"): Node<"constant"> => ({
  id: made++,
  op: "constant",
  type,
  shape,
  inputs: [],
  attributes: { values },
  label: "",
});

export const is = <O extends Op>(node: Node, op: O): node is Node<O> => node.op === op;
