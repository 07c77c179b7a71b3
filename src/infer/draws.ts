import { foldHostKey, type HostKey } from "../core/key.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import type { Conditioned } from "../model/condition.ts";
import type { Values } from "../model/site.ts";
import type { DrawsOf } from "../posterior/draws.ts";
import { verbKey } from "./verbKey.ts";

/** Draws constrained in one go. */
const block = 500;

/** One key for each of `count` draws from row `from` on: that of its chain and its place in it, however many draws there are. */
const keysFrom = (key: HostKey, from: number, count: number, drawsAChain: number): Int32Array => {
  const keys = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [chain, draw] = [Math.floor((from + i) / drawsAChain), (from + i) % drawsAChain];
    keys.set(foldHostKey(foldHostKey(key, chain), draw), 2 * i);
  }
  return keys;
};

/** What makes the quantities of a block of draws [count, size]. */
type Constrain = (z: Tensor, data: Values, from: number, count: number) => Values;

const constraining = <L>(
  engine: Engine,
  conditioned: Conditioned<L>,
  drawsAChain: number,
  key: HostKey | "most probable",
): Constrain => {
  const { drawn } = conditioned;
  if (!drawn || key === "most probable") {
    const constrain = engine.compile(
      (at: Tensor, given: Values) => conditioned.at(given).constrain(at) as unknown as Values,
    );
    return (z, data) => constrain(z, data);
  }
  const draw = engine.compile((at: Tensor, given: Values, keys: Tensor) => drawn(at, given, keys) as unknown as Values);
  return (z, data, from, count) => {
    const keys = engine.tensor(keysFrom(key, from, count, drawsAChain), [count, 2], "int");
    try {
      return draw(z, data, keys);
    } finally {
      keys.dispose();
    }
  };
};

/**
 * Unconstrained draws as draws of the model's own quantities, with the labels of their axes. Discrete latents, which are summed out
 * of the density, are drawn given the others, from the key, or "most probable".
 * @param z [chains · draws, size] row by row.
 */
export const constrainDraws = <L>(
  engine: Engine,
  conditioned: Conditioned<L>,
  data: Values,
  z: Float64Array,
  chains: number,
  key: HostKey | "most probable" = verbKey("discrete", 0),
): DrawsOf<L> => {
  const { size, quantities, bound } = conditioned;
  const total = z.length / size;
  const names = Object.keys(quantities);
  const widths = names.map((name) => sizeOf(quantities[name].shape));
  const values = widths.map((width) => new Float64Array(total * width));
  const constrain = constraining(engine, conditioned, total / chains, key);
  // Every block has the same size, so that it is the same program: the last one overlaps the one before.
  const count = Math.min(block, total);
  for (let next = 0; next < total; next += block) {
    const from = Math.min(next, total - count);
    const part = engine.tensor(z.subarray(from * size, (from + count) * size), [count, size]);
    const made = constrain(part, data, from, count);
    for (const [i, name] of names.entries()) values[i].set(hostValues(made[name]), from * widths[i]);
    disposeTree(made);
    part.dispose();
  }
  return Object.fromEntries(
    names.map((name, i) => {
      const { shape, axes, labels } = quantities[name];
      const coords = shape.map((_, axis) => {
        const label = axes?.[axis];
        return labels?.[axis] ?? (typeof label === "string" ? bound.coords[label] : undefined);
      });
      return [name, { shape: [chains, total / chains, ...shape], values: values[i], coords }];
    }),
  ) as unknown as DrawsOf<L>;
};
