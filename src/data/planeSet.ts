import { checkCount } from "../core/check.ts";
import { type Points, type PointsLike, pointsOf } from "./points.ts";
import { type Stream, streamOf } from "./stream.ts";

/** A synthetic set whose density is known: what a flow is fitted to when one wants to see how well. */
export interface DataSet {
  readonly name: string;
  /** How many numbers a point has. */
  readonly size: number;
  /** The frame of a picture, one pair of ends a coordinate; more than 0.999 of the mass lies in it. */
  readonly bounds: readonly (readonly [low: number, high: number])[];
  /** E[log p(x)] in nats, the negative entropy: what no model can exceed on average. */
  readonly expectedLogDensity: number;
  /**
   * `n` independent points [n, size]; the same for the same seed.
   * @throws FluvialError unless n is a whole number from 1 and the seed one from 0.
   */
  sample(n: number, seed: number): Points;
  /**
   * log p(x) of every point [n, size], in nats; −∞ where there is no mass.
   * @throws FluvialError where a point has another size.
   */
  logDensity(points: PointsLike): Float64Array;
}

/** A point of the plane. */
export type Place = readonly [x: number, y: number];

/** What tells one set of the plane from another. */
export interface PlaneSetParts {
  readonly name: string;
  readonly bounds: readonly [Place, Place];
  readonly expectedLogDensity: number;
  draw(stream: Stream): Place;
  logDensityAt(x: number, y: number): number;
}

/** A set of points of the plane from how one is drawn and how dense it lies there. */
export const planeSet = ({ draw, logDensityAt, ...rest }: PlaneSetParts): DataSet => ({
  ...rest,
  size: 2,
  sample: (n, seed) => {
    checkCount(`${rest.name}: n`, n);
    const stream = streamOf(seed);
    const values = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) values.set(draw(stream), 2 * i);
    return { shape: [n, 2], values };
  },
  logDensity: (given) => {
    const { shape, values } = pointsOf(`${rest.name}: logDensity`, given, 2);
    return Float64Array.from({ length: shape[0] }, (_, i) => logDensityAt(values[2 * i], values[2 * i + 1]));
  },
});
