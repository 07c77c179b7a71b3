import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Bijection, Mapped } from "./transform.ts";

/** Sums a log-determinant over the last `axes` axes: those that became part of the event. */
export const sumLast = (logDet: Tensor, axes: number): Tensor =>
  axes === 0 ? logDet : logDet.sum(range(axes).map((i) => logDet.rank - 1 - i));

const then = (f: Bijection, g: Bijection): Bijection => {
  const rank = Math.max(f.rank, g.rank);
  const both = (first: Mapped, firstRank: number, second: Mapped, secondRank: number): Mapped => ({
    value: second.value,
    logDet: sumLast(first.logDet, rank - firstRank).add(sumLast(second.logDet, rank - secondRank)),
  });
  return {
    rank,
    forward: (x) => {
      const first = f.forward(x);
      return both(first, f.rank, g.forward(first.value), g.rank);
    },
    inverse: (y) => {
      const first = g.inverse(y);
      return both(first, g.rank, f.inverse(first.value), f.rank);
    },
    domain: (shape) => f.domain(g.domain(shape)),
  };
};

/** The bijections one after the other, the first given applied first. An event has the axes of the largest one's. */
export const chain = (first: Bijection, ...rest: readonly Bijection[]): Bijection => rest.reduce(then, first);
