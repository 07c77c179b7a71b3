import { fail } from "../../core/check.ts";
import { hostKey } from "../../core/key.ts";
import { range } from "../../core/shape.ts";
import { shuffledPlaces } from "../../core/shuffled.ts";
import { linearMap } from "../../transforms/linear/linear.ts";
import { permutationLinear, reversedOrder } from "../../transforms/linear/permutation.ts";
import type { Flow } from "../flow.ts";

/** "random", "reversed", or the order itself: y_i = x_order[i]. */
export type FixedOrder = "random" | "reversed" | readonly number[];

/**
 * The coordinates of vectors [..., size] in a fixed order, without parameters.
 * @param seed what a random order is drawn from.
 * @throws FluvialError unless an order given holds each place from 0 once.
 */
export const permutation = (size: number, kind: FixedOrder, seed = 0): Flow<Record<never, never>> => {
  const order =
    kind === "random" ? shuffledPlaces(hostKey(seed), size) : kind === "reversed" ? reversedOrder(size) : kind;
  if (order.length !== size || range(size).some((place) => !order.includes(place)))
    fail(`permutation: expected the places 0 to ${size - 1} in some order, got [${order.join(", ")}]`);
  // Its tensors belong to the program that uses the map: they are not made here.
  return { init: () => ({}), at: () => linearMap(permutationLinear(order)) };
};
