import { fail } from "../../core/check.ts";
import type { Node } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { print } from "../graph/print.ts";
import { reach } from "../graph/traverse.ts";

const isRegion = (x: unknown): x is Region => typeof x === "object" && x !== null && "inputs" in x && "outputs" in x;

const alone = (node: Node): string => print({ inputs: [], outputs: [{ ...node, inputs: [] }] });

/** The first node of a program that another one does not have in its place, inside regions too. */
const firstDifference = (a: Region, b: Region): readonly [Node, Node | undefined] | undefined => {
  const others = reach(b.outputs);
  for (const [i, node] of reach(a.outputs).entries()) {
    const other = others[i];
    if (other && alone(node) === alone(other)) continue;
    const inner = other?.op === node.op ? insideOf(node, other) : undefined;
    return inner ?? [node, other];
  }
  return undefined;
};

const insideOf = (a: Node, b: Node): ReturnType<typeof firstDifference> => {
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
  const [node, other] = firstDifference(a, b) ?? [];
  const place = node?.label ? `${node.label}: ` : "";
  if (node?.op === "constant" && other?.op === "constant")
    fail(
      `${place}draws random numbers while it is being built, and a compiled program would use the same ones for ever: use the key`,
    );
  return fail(
    `${place}makes another program each time that it is called: it may depend on nothing but its arguments and on what stays the same`,
  );
};
