import { fail } from "../../core/check.ts";
import { sameShape, showShape, sizeOf } from "../../core/shape.ts";
import { infer } from "./infer.ts";
import type { Graph, Node } from "./node.ts";
import type { Attributes, Op, Region } from "./ops.ts";

const name = ({ op, id, label }: Node): string => `${op} (node ${id}${label === "" ? "" : `, ${label}`})`;
const wrong = (where: string, node: Node, why: string): never => fail(`validate: ${where}, ${name(node)}: ${why}`);

/** What a node reaches; unlike `reach` it minds operands that are missing. */
const reached = (where: string, { inputs, outputs }: Region): Set<Node> => {
  const seen = new Set<Node>();
  const open = [...inputs, ...outputs];
  open.forEach((node, i) => {
    if (node === undefined) fail(`validate: ${where}: input or output ${i} is undefined`);
  });
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const [i, input] of node.inputs.entries()) {
      if (input === undefined) wrong(where, node, `operand ${i} is undefined`);
      open.push(input);
    }
  }
  return seen;
};

const checkOrder = (where: string, node: Node): void => {
  for (const input of node.inputs)
    if (!(input.id < node.id)) wrong(where, node, `made before its operand ${name(input)}`);
};

const checkLeaf = (where: string, node: Node, inputs: readonly Node[]): void => {
  if (node.inputs.length > 0) wrong(where, node, `expected no operands, got ${node.inputs.length}`);
  if (node.op === "constant") {
    const { values } = (node as Node<"constant">).attributes;
    if (values.length !== sizeOf(node.shape))
      wrong(where, node, `expected ${sizeOf(node.shape)} values, got ${values.length}`);
    return;
  }
  const { index } = (node as Node<"input">).attributes;
  if (!inputs.includes(node)) wrong(where, node, "refers to an input from outside");
  if (inputs[index] !== node)
    wrong(where, node, `says that it is input ${index}, but stands at ${inputs.indexOf(node)}`);
};

const inferred = (where: string, node: Node): ReturnType<typeof infer> => {
  try {
    return infer(node.op, node.inputs, node.attributes as Attributes[Op]);
  } catch (error) {
    return wrong(where, node, error instanceof Error ? error.message : String(error));
  }
};

const checkInferred = (where: string, node: Node): void => {
  const { type, shape } = inferred(where, node);
  if (type !== node.type || !sameShape(shape, node.shape))
    wrong(
      where,
      node,
      `expected ${type} of shape ${showShape(shape)}, got ${node.type} of shape ${showShape(node.shape)}`,
    );
};

/** A node with several results is read by its parts, and parts are of such nodes. */
const checkParts = (where: string, node: Node): void => {
  const many = (input: Node): boolean => input.op === "scan" || input.op === "loop";
  if (node.op === "part" ? !many(node.inputs[0]) : node.inputs.some(many))
    wrong(where, node, "expected a scan or loop to be read by its parts alone");
};

const regionsOf = (node: Node): { readonly [name: string]: Region } => {
  if (node.op === "scan") return { body: (node as Node<"scan">).attributes.body };
  if (node.op !== "loop") return {};
  const { condition, body } = (node as Node<"loop">).attributes;
  return { condition, body };
};

const checkRegion = (where: string, region: Region, outside: ReadonlySet<Node>): void => {
  for (const input of region.inputs)
    if (input?.op !== "input") fail(`validate: ${where}: expected inputs alone among its inputs, got ${input?.op}`);
  const nodes = reached(where, region);
  for (const node of nodes) {
    if (outside.has(node)) wrong(where, node, "belongs to what surrounds the region");
    checkOrder(where, node);
    checkParts(where, node);
    if (node.op === "input" || node.op === "constant") checkLeaf(where, node, region.inputs);
    else checkInferred(where, node);
    for (const [kind, inner] of Object.entries(regionsOf(node)))
      checkRegion(`${where}, ${kind} of ${name(node)}`, inner, new Set([...outside, ...nodes]));
  }
};

/**
 * Checks that a program is well formed, regions included.
 * @throws FluvialError naming the first node that has an undefined operand, a type or shape other than its op gives, an operand made
 * after it, or that is an input or a node from outside its region.
 */
export const validate = (graph: Graph): void => checkRegion("program", graph, new Set());
