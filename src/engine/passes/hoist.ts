import { type Graph, type Node, placeholder } from "../graph/node.ts";
import type { Op } from "../graph/ops.ts";
import { dependents, reach, substitute } from "../graph/traverse.ts";

/** A program in two parts: what need be computed only when some of the inputs change, and the rest. */
export interface Hoisted {
  /** From the same inputs to the values that `main` takes as extra inputs. */
  readonly setup: Graph;
  readonly main: Graph;
}

const views: ReadonlySet<Op> = new Set<Op>(["reshape", "transpose", "broadcast", "slice", "reverse", "alias", "stop"]);

/** What a view shows, or the node itself. */
const behind = (node: Node): Node => {
  let at = node;
  while (views.has(at.op)) at = at.inputs[0];
  return at;
};

/** Parts of a scan come out together: the scan itself is no value. */
const isValue = (node: Node): boolean => node.op !== "scan" && node.op !== "loop";

/**
 * Takes out of a program what depends on none of its changing inputs.
 * @param fixed whether input number i stays the same from run to run.
 */
export const hoist = (graph: Graph, fixed: (index: number) => boolean): Hoisted => {
  const nodes = reach(graph.outputs);
  const changing = dependents(
    nodes,
    graph.inputs.filter((_, i) => !fixed(i)),
  );
  const found = new Set<Node>();
  const look = (operand: Node): void => {
    if (changing.has(operand)) return;
    const base = behind(operand);
    if (base.op !== "input" && base.op !== "constant" && isValue(base)) found.add(base);
  };
  for (const node of changing) for (const operand of node.inputs) look(operand);
  for (const output of graph.outputs) look(output);
  const taken = [...found];
  const extra = taken.map((node, i) => placeholder(graph.inputs.length + i, node.type, node.shape));
  const outputs = substitute(graph.outputs, new Map(taken.map((node, i) => [node, extra[i]])));
  return {
    setup: { inputs: graph.inputs, outputs: taken },
    main: { inputs: [...graph.inputs, ...extra], outputs },
  };
};
