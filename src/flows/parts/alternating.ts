import { range } from "../../core/shape.ts";
import { chain } from "../chain.ts";
import type { Flow } from "../flow.ts";

/** Layers that take the coordinates in an order: upwards, then downwards, and so on, so that each may look at every other in turn. */
export const alternating = <P>(
  size: number,
  layers: number,
  layer: (order: readonly number[]) => Flow<P>,
): Flow<readonly P[]> => {
  const upwards = range(size);
  const downwards = [...upwards].reverse();
  return chain(range(layers).map((i) => layer(i % 2 === 0 ? upwards : downwards)));
};
