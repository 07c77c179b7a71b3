import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/** The axis of time in front of all others; `after` axes stand behind it: [..., T, K] → [T, ..., K]. */
export const timeFirst = (x: Tensor, after: number): Tensor => {
  const time = x.rank - 1 - after;
  return x.transpose([time, ...range(x.rank).filter((axis) => axis !== time)]);
};

/** The axis of time back in front of `after` others: [T, ..., K] → [..., T, K]. */
export const timeBack = (x: Tensor, after: number): Tensor => {
  const others = range(x.rank - 1).map((i) => i + 1);
  const at = others.length - after;
  return x.transpose([...others.slice(0, at), 0, ...others.slice(at)]);
};
