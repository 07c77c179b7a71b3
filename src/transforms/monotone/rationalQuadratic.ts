import * as tf from "#tfjs";
import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { exp, softplus } from "../../ops/special.ts";
import type { Mapped } from "../transform.ts";
import type { Monotone } from "./monotone.ts";

/** The least share of a bin in width and height, and the least slope at a knot. */
const leastShare = 1e-3;
const leastSlope = 1e-3;

/** softplus(0 + slopeShift) + leastSlope is 1: all numbers 0 are the identity. */
const slopeShift = Math.log(Math.exp(1 - leastSlope) - 1);

/** The knots between shares of [−bound, bound] that a softmax gives: first −bound, last bound. */
const knotsOf = (numbers: readonly Tensor[], bound: number): Tensor[] => {
  const most = numbers.slice(1).reduce((top, each) => top.maximum(each), numbers[0]);
  const weights = numbers.map((each) => exp(each.sub(most)));
  const total = weights.slice(1).reduce((sum, each) => sum.add(each), weights[0]);
  const share = total.reciprocal().mul(2 * bound * (1 - numbers.length * leastShare));
  const knots = [tf.scalar(-bound) as Tensor];
  for (const weight of weights.slice(0, -1))
    knots.push(knots[knots.length - 1].add(weight.mul(share).add(2 * bound * leastShare)));
  return [...knots, tf.scalar(bound)];
};

/** One bin's corner, width and height, and the slopes at its two ends. */
interface Bin {
  readonly left: Tensor;
  readonly width: Tensor;
  readonly low: Tensor;
  readonly height: Tensor;
  readonly before: Tensor;
  readonly after: Tensor;
}

/** Of `values`, one a bin, the one of the bin in which v lies; `passed` says of each inner knot whether v has passed it. */
const chosen = (passed: readonly Tensor[], values: readonly Tensor[]): Tensor =>
  passed.reduce((found, beyond, i) => tf.where(beyond, values[i + 1], found), values[0].broadcastTo(passed[0].shape));

const binOf = (
  v: Tensor,
  along: readonly Tensor[],
  x: readonly Tensor[],
  y: readonly Tensor[],
  slopes: readonly Tensor[],
): Bin => {
  const inner = along.slice(1, -1);
  const passed = inner.map((knot) => v.greaterEqual(knot));
  const starts = <T>(knots: readonly T[]): readonly T[] => knots.slice(0, -1);
  const pick = (values: readonly Tensor[]): Tensor => (passed.length === 0 ? values[0] : chosen(passed, values));
  const [left, right, low, high] = [pick(starts(x)), pick(x.slice(1)), pick(starts(y)), pick(y.slice(1))];
  return {
    left,
    width: right.sub(left),
    low,
    height: high.sub(low),
    before: pick(starts(slopes)),
    after: pick(slopes.slice(1)),
  };
};

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
    const x = knotsOf(numbers.slice(0, bins), bound);
    const y = knotsOf(numbers.slice(bins, 2 * bins), bound);
    const one = tf.scalar(1);
    const slopes = [one, ...numbers.slice(2 * bins).map((each) => softplus(each.add(slopeShift)).add(leastSlope)), one];
    /** Inside the bounds the spline, outside the identity. */
    const bounded = (v: Tensor, spline: (inside: Tensor) => Mapped): Mapped => {
      const inside = v.abs().less(bound);
      const { value, logDet } = spline(tf.where(inside, v, tf.zerosLike(v)));
      return { value: tf.where(inside, value, v), logDet: tf.where(inside, logDet, tf.zerosLike(logDet)) };
    };
    return {
      rank: 0,
      forward: (v) =>
        bounded(v, (inside) => {
          const bin = binOf(inside, x, x, y, slopes);
          return within(bin, inside.sub(bin.left).div(bin.width));
        }),
      inverse: (v) =>
        bounded(v, (inside) => {
          const bin = binOf(inside, y, x, y, slopes);
          const place = placeOf(bin, inside);
          return { value: bin.left.add(place.mul(bin.width)), logDet: within(bin, place).logDet.neg() };
        }),
      domain: (shape) => shape,
    };
  },
});
