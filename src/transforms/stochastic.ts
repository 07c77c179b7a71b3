import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape } from "../core/tensor.ts";
import { transposed } from "../ops/transposed.ts";
import { simplex } from "./simplex.ts";
import { everyLast, type Support } from "./support.ts";

const checkMatrix = (who: string, shape: Shape, axis: string, length: number): Shape => {
  if (shape.length < 2 || length < 2)
    fail(`${who}: expected a matrix with ${axis} of at least two elements, got shape ${showShape(shape)}`);
  return shape;
};

/** Matrices [..., n, K] whose rows are probability vectors: `simplex` row by row, from [n, K − 1]. */
export const stochastic: Support = {
  name: "matrices whose rows are probability vectors",
  rank: 2,
  contains: (y) => everyLast(simplex.contains(y)),
  forward: (x) => {
    const { value, logDet } = simplex.forward(x);
    return { value, logDet: logDet.sum(-1) };
  },
  inverse: (y) => {
    const { value, logDet } = simplex.inverse(y);
    return { value, logDet: logDet.sum(-1) };
  },
  domain: (shape) => simplex.domain(checkMatrix("stochastic", shape, "rows", shape[shape.length - 1])),
};

/** Matrices [..., K, n] whose columns are probability vectors; their free form [..., n, K − 1] has one row for each column. */
export const columnStochastic: Support = {
  name: "matrices whose columns are probability vectors",
  rank: 2,
  contains: (y) => stochastic.contains(transposed(y)),
  forward: (x) => {
    const { value, logDet } = stochastic.forward(x);
    return { value: transposed(value), logDet };
  },
  inverse: (y) => stochastic.inverse(transposed(y)),
  domain: (shape) => {
    checkMatrix("columnStochastic", shape, "columns", shape[shape.length - 2]);
    return simplex.domain([...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]]);
  },
};
