import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Linear } from "./linear.ts";

const gathered = (x: Tensor, order: readonly number[]): Tensor =>
  x.gather(tf.tensor1d([...order], "int32"), x.rank - 1);

/**
 * The coordinates in another order: y_i = x_order[i]. log |det| is 0.
 * @throws FluvialError unless `order` holds each place from 0 once.
 */
export const permutationLinear = (order: readonly number[]): Linear => {
  const back = range(order.length).map((place) => order.indexOf(place));
  if (back.includes(-1))
    fail(`permutation: expected the places 0 to ${order.length - 1} in some order, got [${order.join(", ")}]`);
  return {
    apply: (x) => gathered(x, order),
    solve: (y) => gathered(y, back),
    logDet: tf.scalar(0),
  };
};

/** The places 0 to n − 1 backwards. */
export const reversedOrder = (size: number): number[] => range(size).reverse();
