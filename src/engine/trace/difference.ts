import { fail } from "../../core/check.ts";
import type { Node } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { print } from "../graph/print.ts";
import { reach } from "../graph/traverse.ts";

/** A node that differs, what stands in its place, and the part it belongs to. */
interface Difference {
  readonly node: Node;
  readonly other: Node | undefined;
  readonly label: string;
}

const isRegion = (x: unknown): x is Region => typeof x === "object" && x !== null && "inputs" in x && "outputs" in x;

const alone = (node: Node): string => print({ inputs: [], outputs: [{ ...node, inputs: [] }] });

/** The first node of a program that another one does not have in its place, inside regions too. */
const firstDifference = (a: Region, b: Region): Difference | undefined => {
  const [nodes, others] = [reach(a.outputs), reach(b.outputs)];
  for (const [i, node] of nodes.entries()) {
    const other = others[i];
    if (other && alone(node) === alone(other)) continue;
    const inner = other?.op === node.op ? insideOf(node, other) : undefined;
    if (inner) return inner;
    const label = node.label || nodes.find(({ inputs }) => inputs.includes(node))?.label;
    return { node, other, label: label ?? "" };
  }
  return undefined;
};

const insideOf = (a: Node, b: Node): Difference | undefined => {
  const theirs = Object.values(b.attributes);
  for (const [i, value] of Object.values(a.attributes).entries()) {
    const other: unknown = theirs[i];
    const found = isRegion(value) && isRegion(other) ? firstDifference(value, other) : undefined;
    if (found) return found;
  }
  return undefined;
};

/** @throws FluvialError that names the place where two traces of one function part. */
export const refuseDifference = (a: Region, b: Region): never => {
  const found = firstDifference(a, b);
  const place = found?.label ? `${found.label}: ` : "";
  if (found?.node.op === "constant" && found.other?.op === "constant")
    fail(
      `${place}draws random numbers while it is being built, and a compiled program would use the same ones for ever: use the key`,
    );
  return fail(
    `${place}makes another program each time that it is called: it may depend on nothing but its arguments and on what stays the same`,
  );
};
