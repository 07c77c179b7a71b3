import { range, sameShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";

/** The reverse of broadcasting: sums over leading axes that a shape lacks, and over axes that have length 1 in it. */
export const sumTo = (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.shape, shape)) return x;
  const more = x.rank - shape.length;
  const axes = range(x.rank).filter((axis) => axis < more || (shape[axis - more] === 1 && x.shape[axis] !== 1));
  return x.sum(axes).reshape([...shape]);
};
