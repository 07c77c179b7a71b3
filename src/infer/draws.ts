import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import type { Conditioned } from "../model/condition.ts";
import type { Values } from "../model/site.ts";
import type { DrawsOf } from "../posterior/draws.ts";

/** Draws constrained in one go. */
const block = 500;

/**
 * Unconstrained draws as draws of the model's own quantities, with the labels of their axes.
 * @param z [chains · draws, size] row by row.
 */
export const constrainDraws = <L>(
  engine: Engine,
  conditioned: Conditioned<L>,
  data: Values,
  z: Float64Array,
  chains: number,
): DrawsOf<L> => {
  const { size, quantities, bound } = conditioned;
  const total = z.length / size;
  const names = Object.keys(quantities);
  const widths = names.map((name) => sizeOf(quantities[name].shape));
  const values = widths.map((width) => new Float64Array(total * width));
  const constrain = engine.compile(
    (at: Tensor, given: Values) => conditioned.at(given).constrain(at) as unknown as Values,
  );
  // Every block has the same size, so that it is the same program: the last one overlaps the one before.
  const count = Math.min(block, total);
  for (let next = 0; next < total; next += block) {
    const from = Math.min(next, total - count);
    const part = engine.tensor(z.subarray(from * size, (from + count) * size), [count, size]);
    const made = constrain(part, data);
    for (const [i, name] of names.entries()) values[i].set(hostValues(made[name]), from * widths[i]);
    disposeTree(made);
    part.dispose();
  }
  return Object.fromEntries(
    names.map((name, i) => {
      const { shape, axes } = quantities[name];
      const coords = shape.map((_, axis) => {
        const label = axes?.[axis];
        return typeof label === "string" ? bound.coords[label] : undefined;
      });
      return [name, { shape: [chains, total / chains, ...shape], values: values[i], coords }];
    }),
  ) as unknown as DrawsOf<L>;
};
