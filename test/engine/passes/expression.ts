import type { Node } from "../../../src/engine/graph/node.ts";

const showNumber = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

const showAttribute = (x: unknown): string => (Array.isArray(x) ? `[${x}]` : String(x));

/** A program's output as one nested expression: inputs are x0, x1, …, a broadcast shows what it repeats and its shape. */
export const expression = (node: Node): string => {
  if (node.op === "input") return `x${(node as Node<"input">).attributes.index}`;
  if (node.op === "constant") {
    const { values } = (node as Node<"constant">).attributes;
    return values.length === 1 ? showNumber(values[0]) : `[${Array.from(values, showNumber)}]`;
  }
  const operands = node.inputs.map(expression);
  const attributes = Object.values(node.attributes).map(showAttribute);
  return `${node.op}(${[...operands, ...attributes].join(", ")})`;
};
