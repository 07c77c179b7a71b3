import type { Precision } from "../../core/double.ts";
import type { HostKey } from "../../core/key.ts";
import type { NonFinite } from "../../core/within.ts";
import type { Graph, Node } from "../graph/ops.ts";
import { dependents, reach } from "../graph/traverse.ts";
import type { HostArray } from "../interpret/array.ts";
import { firstNonFinite } from "../interpret/firstNonFinite.ts";
import type { Prepared } from "./prepare.ts";

/** The first node with a label that is made of a node: a number that is written in the program belongs to what uses it. */
const readerOf = ({ outputs }: Graph, node: Node): Node | undefined => {
  const nodes = reach(outputs);
  const made = dependents(nodes, [node]);
  return nodes.find((other) => made.has(other) && other.label !== "");
};

/**
 * Runs a loop's step once more by the reference interpreter, on the arguments that lie in the program's memory and another key, its
 * last argument but for what it captured.
 */
export const replay = (
  { graph, instance, compiled, signature }: Prepared<unknown, unknown>,
  precision: Precision,
  key: HostKey,
): NonFinite | undefined => {
  const inputs = compiled.emitted.inputs.map(
    (slot, i): HostArray => ({
      type: slot.type,
      shape: slot.shape,
      values: i === signature.length - 1 ? Int32Array.from(key) : instance.read(slot),
    }),
  );
  const found = firstNonFinite(graph, inputs, precision);
  if (!found) return undefined;
  const label = found.label || readerOf(graph, found.node)?.label;
  return { where: label ? label.split(" › ") : [found.op], value: found.value };
};
