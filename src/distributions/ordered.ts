import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import { lgamma } from "../core/special/gamma.ts";
import { fromHost, type Shape, type Tensor } from "../core/tensor.ts";
import { positive } from "../transforms/bounds.ts";
import { chain } from "../transforms/chain.ts";
import { affine } from "../transforms/elementwise.ts";
import { ordered as orderedVectors } from "../transforms/ordered.ts";
import { positiveOrdered } from "../transforms/positiveOrdered.ts";
import { realLine } from "../transforms/real.ts";
import { everyLast, type Support } from "../transforms/support.ts";
import type { Continuous } from "./distribution.ts";
import { outsideEvents } from "./outside.ts";
import { asReal, spreadShapes } from "./parameters.ts";
import { sampleShaped } from "./sampleShaped.ts";

/** The bijection onto increasing vectors over an interval, a half-line from below, or the reals; undefined for other sets. */
const increasing = ({ ends, ...base }: Support): Support | undefined => {
  if (!ends) return base.name === realLine.name ? orderedVectors : undefined;
  if (ends.low === undefined) return undefined;
  if (ends.high !== undefined) return { ...base, ...chain(orderedVectors, base) };
  return base.name === positive.name ? positiveOrdered : { ...base, ...chain(positiveOrdered, affine(ends.low, 1)) };
};

const supportOf = (base: Continuous): Support => {
  const within = increasing(base.support);
  if (!within)
    return fail(
      `ordered: ${base.name} lives on ${base.support.name}; it takes real numbers, numbers above a bound or between two`,
    );
  const contains = (x: Tensor): Tensor => {
    const each = base.support.contains(x);
    return tf.logicalAnd(orderedVectors.contains(x), everyLast(each));
  };
  return { ...within, rank: 1, name: `${base.support.name} in increasing order`, contains };
};

/** Each vector put in increasing order, by counting how many of its elements stand before each: [..., K] alike. */
const sorted = (x: Tensor): Tensor => {
  const size = x.shape[x.rank - 1];
  const [mine, other] = [x.expandDims(-1), x.expandDims(-2)];
  const earlier = fromHost(
    range(size * size).map((at) => Number(at % size < Math.floor(at / size))),
    [size, size],
  );
  const before = tf.logicalOr(other.less(mine), tf.logicalAnd(other.equal(mine), earlier.equal(1)));
  const rank = before.cast("float32").sum(-1).expandDims(-2);
  const place = fromHost(range(size), [size, 1]);
  return rank.equal(place).cast("float32").mul(other).sum(-1);
};

const checkBase = (base: Continuous): void => {
  if (typeof base?.logProb !== "function")
    fail(`ordered: expected a distribution such as normal(0, 1), got ${typeof base}`);
  if (base.rank !== 0 || !("forward" in base.support))
    fail(`ordered: expected a continuous distribution of single numbers, got ${base.name}`);
};

/**
 * K independent draws of a distribution, put in increasing order: density K! Π p(x_k) on x_1 ≤ … ≤ x_K, so that it is proper. For
 * cutpoints, or the locations of a mixture's components, which it tells apart.
 * @param base one distribution for all elements: of shape [], or [..., 1] with axes that stand before the vector.
 * @param shape [..., K], the shape of one draw.
 * @throws FluvialError where the base is not a continuous distribution of single numbers on the reals, above a bound or between two,
 * its parameters differ along the vector, or the shape lacks K.
 */
export const ordered = (base: Continuous, shape: Shape): Continuous => {
  checkBase(base);
  if (!Array.isArray(shape) || shape.length === 0)
    fail(`ordered: expected a shape [..., K], as in ordered(normal(0, 1), [3]), got ${JSON.stringify(shape)}`);
  const full = spreadShapes("ordered", shape, [base.shape]);
  const size = full[full.length - 1];
  if (base.shape.length > 0 && base.shape[base.shape.length - 1] !== 1)
    fail(
      `ordered: ${base.name} has shape ${showShape(base.shape)}; its last axis must be 1, since all elements come from one distribution`,
    );
  const support = supportOf(base);
  return {
    name: "ordered",
    rank: 1,
    shape: full,
    support,
    parameters: base.parameters,
    sample: (key, batch = []) => sorted(sampleShaped(base, key, [...batch, ...full])),
    logProb: (value) => {
      const x = asReal(value);
      const density = base
        .logProb(x)
        .sum(-1)
        .add(lgamma(size + 1));
      return tf.where(orderedVectors.contains(x), density, outsideEvents(x, 1));
    },
  };
};
