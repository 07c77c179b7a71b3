import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { leaves, rebuild } from "../core/tree.ts";

/** The slices of a tensor along its first axis. */
const slices = (x: Tensor): Tensor[] => (x.shape[0] === 1 ? [x.reshape(x.shape.slice(1))] : tf.unstack(x));

const join = (parts: readonly Tensor[]): Tensor =>
  parts.length === 1 ? parts[0].expandDims(0) : tf.stack(parts as Tensor[]);

/**
 * Applies a function of one draw to many: every tensor of `xs` has a leading axis of one length, and so has every tensor of the
 * result. What `f` closes over is the same for all. The only place that knows there is more than one draw.
 */
export const map = <X, Y>(f: (x: X) => Y, xs: X): Y => {
  const many = leaves(xs).map(slices);
  const count = many[0].length;
  const results = Array.from({ length: count }, (_, i) =>
    f(
      rebuild(
        xs,
        many.map((list) => list[i]),
      ),
    ),
  );
  const columns = results.map(leaves);
  return rebuild(
    results[0],
    columns[0].map((_, leaf) => join(columns.map((row) => row[leaf]))),
  );
};
