import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { leaves, rebuild } from "../core/tree.ts";

/** The slices of a tensor along its first axis. */
const slices = (x: Tensor): Tensor[] => (x.shape[0] === 1 ? [x.reshape(x.shape.slice(1))] : tf.unstack(x));

const join = (parts: readonly Tensor[]): Tensor =>
  parts.length === 1 ? parts[0].expandDims(0) : tf.stack(parts as Tensor[]);

const commonLength = (inputs: readonly Tensor[]): number => {
  const lengths = new Set(inputs.map((x) => x.shape[0] ?? 0));
  const [length] = lengths;
  if (lengths.size !== 1 || length === 0)
    fail(
      `map: expected tensors with one leading length above 0, got ${inputs.map((x) => showShape(x.shape)).join(", ") || "none"}`,
    );
  return length;
};

/**
 * Applies a function of one draw to many: every tensor of `xs` has a leading axis of one length, and so has every tensor of the
 * result. What `f` closes over is the same for all. The only place that knows there is more than one draw.
 * @throws FluvialError where the leading lengths differ.
 */
export const map = <X, Y>(f: (x: X) => Y, xs: X): Y => {
  const count = commonLength(leaves(xs));
  const many = leaves(xs).map(slices);
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
