import type { Precision } from "../../../core/double.ts";
import { sizeOf } from "../../../core/shape.ts";
import { constant, is, type Node } from "../../graph/node.ts";
import type { Op } from "../../graph/ops.ts";
import type { HostArray } from "../../interpret/array.ts";
import { evaluate } from "../../interpret/interpret.ts";
import type { Rule } from "./look.ts";

/** Constants are not made larger than this: a longer one costs more to keep than to compute. */
const largest = 4096;

const isKnown = (x: Node): boolean => is(x, "constant") || (is(x, "broadcast") && isKnown(x.inputs[0]));

/** Of one node with one result. */
const valueOf = (node: Node, precision: Precision): HostArray =>
  evaluate(
    node,
    node.inputs.map((input) => valueOf(input, precision)),
    precision,
  ) as HostArray;

/** What stays a view of the number it repeats, or is drawn. */
const unfolded: ReadonlySet<Op> = new Set<Op>([
  "constant",
  "broadcast",
  "split",
  "fold",
  "uniform",
  "normal",
  "gammaDraw",
  "logGammaDraw",
  "poissonDraw",
  "binomialDraw",
]);

/** What is made of constants alone is computed now. */
export const foldConstants: Rule = (node, precision) => {
  const { op, inputs, shape, type } = node;
  if (inputs.length === 0 || unfolded.has(op) || sizeOf(shape) > largest || !inputs.every(isKnown)) return undefined;
  if (inputs.some((x) => sizeOf(x.shape) > largest)) return undefined;
  return constant(Float64Array.from(valueOf(node, precision).values), shape, type);
};
