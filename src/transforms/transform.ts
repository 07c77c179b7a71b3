import type { Shape, Tensor } from "../core/tensor.ts";

/** A value with the log-determinant of the map that made it. x [...batch, ...event] → logDet [...batch]. */
export interface Mapped {
  readonly value: Tensor;
  readonly logDet: Tensor;
}

/** A map with its numbers already in it. An event has `rank` axes. */
export interface Transform {
  readonly rank: number;
  forward(x: Tensor): Mapped;
}

/** A map that goes both ways; each way returns its own log-determinant. */
export interface Bijection extends Transform {
  inverse(y: Tensor): Mapped;
  /** The shape of an event before the map, from the shape after it: a simplex [K] comes from [K − 1]. */
  domain(shape: Shape): Shape;
}
