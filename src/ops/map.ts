import type { Tensor } from "../core/tensor.ts";
import { tracing } from "../core/tracing.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { commonLength, elementsOf, stacked } from "./leadingAxis.ts";

/** Every draw by itself. */
const drawByDraw = (
  f: (one: readonly Tensor[]) => readonly Tensor[],
  many: readonly Tensor[],
  count: number,
): readonly Tensor[] => {
  const elements = many.map(elementsOf);
  const rows = Array.from({ length: count }, (_, i) => f(elements.map((list) => list[i])));
  return rows[0].map((_, leaf) => stacked(rows.map((row) => row[leaf])));
};

/**
 * Applies a function of one draw to many: every tensor of `xs` has a leading axis of one length, and so has every tensor of the
 * result. What `f` closes over is the same for all. The only place that knows there is more than one draw.
 * @throws FluvialError where the leading lengths differ.
 */
export const map = <X, Y>(f: (x: X) => Y, xs: X): Y => {
  const many = leaves(xs);
  const count = commonLength("map", many);
  let form: { readonly first: Y } | undefined;
  const apply = (inputs: readonly Tensor[]): readonly Tensor[] => {
    const made = f(rebuild(xs, inputs));
    form ??= { first: made };
    return leaves(made);
  };
  const results = (tracing()?.map ?? drawByDraw)(apply, many, count);
  return rebuild((form as unknown as { readonly first: Y }).first, results);
};
