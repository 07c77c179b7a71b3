/** Matrix products that are none. */
import { mul, reshape, spread, sum, swapped } from "../../graph/build.ts";
import type { Rule } from "./look.ts";

/** A column times a row. */
export const matmulOuter: Rule<"matmul"> = ({ shape, inputs: [a, b] }) =>
  a.shape[a.shape.length - 1] === 1 ? mul(spread(a, shape), spread(b, shape)) : undefined;

/** A row times a column. */
export const matmulInner: Rule<"matmul"> = ({ shape, inputs: [a, b] }) => {
  const rank = shape.length;
  if (shape[rank - 1] !== 1 || shape[rank - 2] !== 1) return undefined;
  return reshape(sum(mul(a, swapped(b)), [rank - 1]), shape);
};
