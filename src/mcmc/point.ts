import type { Gradient } from "../engine/engine.ts";

/** A place with what the log density says of it: a value, never written to again. */
export interface Point {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
}

/** The log density and its gradient at a position, which is copied. */
export const pointAt = (gradient: Gradient, position: Float64Array): Point => {
  const point = { position: position.slice(), gradient: new Float64Array(gradient.size), logDensity: 0 };
  point.logDensity = gradient.at(point.position, point.gradient);
  return point;
};

/** Whether the log density and its gradient are finite at a point. */
export const isFinitePoint = ({ logDensity, gradient }: Point): boolean =>
  Number.isFinite(logDensity) && gradient.every(Number.isFinite);
