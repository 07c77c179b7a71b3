/** Divisions of many numbers by few. */
import type { Precision } from "../../../core/double.ts";
import { compare, div, mul, select, sizeOfNode, spread, unary } from "../../graph/build.ts";
import { is, type Node } from "../../graph/node.ts";
import type { Rule } from "./look.ts";

/** So many quotients for each divisor, at the least. */
const quotients = 16;

/** Outside these bounds 1/s may overflow or lose digits; brought back by `scale` or its inverse, it does neither. */
const ranges: Readonly<Record<Precision, { readonly least: number; readonly most: number; readonly scale: number }>> = {
  f64: { least: 2 ** -1000, most: 2 ** 1000, scale: 2 ** 60 },
  f32: { least: 2 ** -120, most: 2 ** 120, scale: 2 ** 30 },
};

/** A power of two that makes s ordinary: 1 for nearly all. */
const factorOf = (s: Node, precision: Precision): Node => {
  const { least, most, scale } = ranges[precision];
  const size = unary("abs", s);
  return select(compare("less", size, least), scale, select(compare("greater", size, most), 1 / scale, 1));
};

/**
 * x/s = (x·c) · 1/(s·c) where a few s are repeated, 1/(s·c) worked out once for each. c is a power of two: x·c is exact, or x/s
 * overflows or underflows as it does. Zero, infinite and NaN operands give what the division gives.
 */
export const divRepeated: Rule<"div"> = (node, precision) => {
  const [x, divisor] = node.inputs;
  if (x.type !== "real" || !is(divisor, "broadcast")) return undefined;
  const [s] = divisor.inputs;
  if (sizeOfNode(s) * quotients > sizeOfNode(node)) return undefined;
  const factor = factorOf(s, precision);
  const inverse = div(1, mul(s, factor));
  return mul(mul(x, spread(factor, node.shape)), spread(inverse, node.shape));
};
