import { hostValues, type Tensor } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";

/** Points evaluated in one go. */
const block = 500;

/** Log densities on the unconstrained scale. */
export interface Densities {
  /** z [count × size], row by row → [count]. */
  at(z: Float64Array): Float64Array;
  dispose(): void;
}

/** The log density of a model with its data, many points at a time. */
export const densitiesOf = (engine: Engine, conditioned: Conditioned<unknown>): Densities => {
  const { size } = conditioned;
  const data = engine.compile(() => conditioned.tensors())();
  const program = engine.compile((z: Tensor, given: Values) => conditioned.at(given).logDensity(z));
  return {
    at: (z) => {
      const total = z.length / size;
      const count = Math.min(block, total);
      const values = new Float64Array(total);
      for (let next = 0; next < total; next += block) {
        // Every block has the same size, so that it is the same program.
        const from = Math.min(next, total - count);
        const part = engine.tensor(z.subarray(from * size, (from + count) * size), [count, size]);
        const made = program(part, data);
        values.set(hostValues(made), from);
        disposeTree([part, made]);
      }
      return values;
    },
    dispose: () => disposeTree(data),
  };
};
