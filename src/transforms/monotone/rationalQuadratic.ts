import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { softplus } from "../../ops/special.ts";
import type { Mapped } from "../transform.ts";
import { type Bins, binsOf } from "./bins.ts";
import type { Monotone } from "./monotone.ts";

/** The least slope at a knot. */
const leastSlope = 1e-3;

/** softplus(0 + slopeShift) + leastSlope is 1: all numbers 0 are the identity. */
const slopeShift = Math.log(Math.exp(1 - leastSlope) - 1);

/** Of each inner knot, whether v has passed it. */
const passedOf = (v: Tensor, { weights, scale, least }: Bins, bound: number): Tensor[] => {
  let knot: Tensor = tf.scalar(-bound);
  return weights.slice(0, -1).map((weight) => {
    knot = knot.add(weight.mul(scale)).add(least);
    return v.greaterEqual(knot);
  });
};

/** Of `values`, one a bin, the one of the bin in which v lies. */
const chosen = (passed: readonly Tensor[], values: readonly Tensor[]): Tensor =>
  passed.reduce((found, beyond, i) => tf.where(beyond, values[i + 1], found), values[0]);

/** The sum over the bins that v has left behind. */
const behind = (passed: readonly Tensor[], values: readonly Tensor[]): Tensor =>
  passed
    .map((beyond, i) => tf.where(beyond, values[i], tf.zerosLike(values[i])))
    .reduce((sum, each) => sum.add(each), tf.scalar(0) as Tensor);

/** One bin's corner, width and height, and the slopes at its two ends. */
interface Bin {
  readonly left: Tensor;
  readonly width: Tensor;
  readonly low: Tensor;
  readonly height: Tensor;
  readonly before: Tensor;
  readonly after: Tensor;
}

/** Where the bin of v begins and how wide it is, on one of the two axes. */
const placed = (
  passed: readonly Tensor[],
  count: Tensor,
  { weights, scale, least }: Bins,
  bound: number,
): readonly [start: Tensor, width: Tensor] => [
  behind(passed, weights).mul(scale).add(count.mul(least)).sub(bound),
  chosen(passed, weights).mul(scale).add(least),
];

const slopeOf = (number: Tensor): Tensor => softplus(number.add(slopeShift)).add(leastSlope);

/** Value and log-slope at ξ, the place within a bin from 0 to 1: Durkan et al. 2019, eq. 4–5. */
const within = ({ low, height, width, before, after }: Bin, place: Tensor): Mapped => {
  const steepness = height.div(width);
  const rest = place.neg().add(1);
  const both = place.mul(rest);
  const bend = before.add(after).sub(steepness.mul(2));
  const below = steepness.add(bend.mul(both));
  const value = low.add(height.mul(steepness.mul(place.square()).add(before.mul(both))).div(below));
  const slope = after.mul(place.square()).add(steepness.mul(both).mul(2)).add(before.mul(rest.square()));
  return { value, logDet: slope.log().add(steepness.div(below).log().mul(2)) };
};

/** The ξ of a value within a bin, the root of a quadratic: Durkan et al. 2019, eq. 6–8. */
const placeOf = ({ low, height, width, before, after }: Bin, y: Tensor): Tensor => {
  const steepness = height.div(width);
  const up = y.sub(low);
  const bend = up.mul(before.add(after).sub(steepness.mul(2)));
  const a = height.mul(steepness.sub(before)).add(bend);
  const b = height.mul(before).sub(bend);
  const root = b.square().add(a.mul(steepness).mul(up).mul(4)).maximum(0).sqrt();
  return steepness.mul(up).mul(2).div(b.add(root));
};

/**
 * A spline of `bins` pieces, each a quotient of quadratics, from [−bound, bound] onto itself; the identity outside. 3 · bins − 1 numbers:
 * shares of the widths, shares of the heights, slopes at the inner knots. Gregory & Delbourgo 1982; Durkan, Bekasov, Murray & Papamakarios
 * 2019.
 */
export const rationalQuadratic = (bins: number, bound: number): Monotone => ({
  name: "rational-quadratic",
  start: range(3 * bins - 1).map(() => 0),
  at: (numbers) => {
    const x = binsOf(numbers.slice(0, bins), bound);
    const y = binsOf(numbers.slice(bins, 2 * bins), bound);
    const inner = numbers.slice(2 * bins);
    /** The bin of a value on the axis of `along`. */
    const binOf = (v: Tensor, along: Bins): Bin => {
      const passed = passedOf(v, along, bound);
      const ends = tf.zerosLike(v);
      const count = behind(
        passed,
        passed.map(() => tf.onesLike(v)),
      );
      const [left, width] = placed(passed, count, x, bound);
      const [low, height] = placed(passed, count, y, bound);
      const [before, after] = [
        [ends, ...inner],
        [...inner, ends],
      ].map((each) => slopeOf(chosen(passed, each)));
      return { left, width, low, height, before, after };
    };
    /** Inside the bound the spline, outside the identity. */
    const withinBound = (v: Tensor, spline: (inside: Tensor) => Mapped): Mapped => {
      const inside = v.abs().less(bound);
      const { value, logDet } = spline(tf.where(inside, v, tf.zerosLike(v)));
      return { value: tf.where(inside, value, v), logDet: tf.where(inside, logDet, tf.zerosLike(logDet)) };
    };
    return {
      rank: 0,
      forward: (v) =>
        withinBound(v, (inside) => {
          const bin = binOf(inside, x);
          return within(bin, inside.sub(bin.left).div(bin.width));
        }),
      inverse: (v) =>
        withinBound(v, (inside) => {
          const bin = binOf(inside, y);
          const place = placeOf(bin, inside);
          return { value: bin.left.add(place.mul(bin.width)), logDet: within(bin, place).logDet.neg() };
        }),
      domain: (shape) => shape,
    };
  },
});
