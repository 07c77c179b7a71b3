import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { exp, log1mexp, logSigmoid, normalLogCdf } from "../ops/special.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { everyLast } from "../transforms/support.ts";
import { type Counting, cumulativeOfCounts } from "./counting.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, reals, shapeOf, spreadShapes } from "./parameters.ts";
import { outcomes } from "./probabilities.ts";

/** The differences of neighbours along the last axis, of which there are at least two. */
const steps = (x: Tensor): Tensor => {
  const last = x.shape[x.rank - 1];
  const [before] = tf.split(x, [last - 1, 1], -1);
  const [, after] = tf.split(x, [1, last - 1], -1);
  return after.sub(before);
};

const cutpointVector: ParameterSet = {
  name: "a vector of finite numbers in increasing order",
  rank: 1,
  contains: (x) => {
    const finite = everyLast(tf.isFinite(x));
    return x.shape[x.rank - 1] === 1 ? finite : tf.logicalAnd(finite, everyLast(steps(x).greater(0)));
  },
  holds: Number.isFinite,
};

const checkOrder = (who: string, value: unknown): void => {
  if (!Array.isArray(value)) return;
  if (Array.isArray(value[0])) {
    for (const row of value) checkOrder(who, row);
    return;
  }
  const at = value.findIndex((x: number, i: number) => i > 0 && !(x > value[i - 1]));
  if (at > 0) fail(`${who}: cutpoints must be ${cutpointVector.name}, got ${value[at - 1]}, ${value[at]}`);
};

/** A symmetric distribution of the latent scale. */
interface Link {
  readonly name: string;
  /** log F. */
  logCdf(z: Tensor): Tensor;
  /** log(F(high − at) − F(low − at)), for low < high. */
  logBetween(low: Tensor, high: Tensor, at: Tensor): Tensor;
}

/** σ(b) − σ(a) = σ(b) σ(−a) (1 − e^(a − b)). */
const logistic: Link = {
  name: "orderedLogistic",
  logCdf: logSigmoid,
  logBetween: (low, high, at) =>
    logSigmoid(high.sub(at))
      .add(logSigmoid(at.sub(low)))
      .add(log1mexp(low.sub(high))),
};

/** Φ(b) − Φ(a), on the side of 0 where both are small. */
const probit: Link = {
  name: "orderedProbit",
  logCdf: normalLogCdf,
  logBetween: (low, high, at) => {
    const [a, b] = [low.sub(at), high.sub(at)];
    const above = a.add(b).greater(0);
    const larger = normalLogCdf(tf.where(above, a.neg(), b));
    const smaller = normalLogCdf(tf.where(above, b.neg(), a));
    return larger.add(log1mexp(smaller.sub(larger)));
  },
};

/** The cutpoint that stands at an index [...] along the last axis, 0 where there is none. */
const cutAt = (cutpoints: Tensor, index: Tensor): Tensor =>
  tf.where(index.expandDims(-1).equal(outcomes(cutpoints.shape[cutpoints.rank - 1])), cutpoints, 0).sum(-1);

const logProbOf = ({ logCdf, logBetween }: Link, x: Tensor, predictor: Tensor, cutpoints: Tensor): Tensor => {
  const count = cutpoints.shape[cutpoints.rank - 1];
  const [low, high] = [cutAt(cutpoints, x.sub(1)), cutAt(cutpoints, x)];
  const [isFirst, isLast] = [x.equal(0), x.equal(count)];
  const isEnd = tf.logicalOr(isFirst, isLast);
  const inner = logBetween(tf.where(isEnd, -1, low), tf.where(isEnd, 1, high), predictor);
  const end = logCdf(tf.where(isFirst, high.sub(predictor), predictor.sub(low)));
  return tf.where(isEnd, end, inner);
};

const ordered = (link: Link, predictor: TensorLike, cutpoints: TensorLike, shape: Shape): Counting => {
  const { name } = link;
  const { at, parameters } = given(name, { predictor: [predictor, reals], cutpoints: [cutpoints, cutpointVector] });
  const own = shapeOf(cutpoints);
  const count = own[own.length - 1];
  if (own.length === 0 || count < 1)
    fail(`${name}: cutpoints must be a vector [..., K − 1] for K categories, got ${showShape(own)}`);
  checkOrder(name, cutpoints);
  const full = spreadShapes(name, shape, [shapeOf(predictor), own.slice(0, -1)]);
  const support = wholeNumbersTo(count);
  /** log P(X > j) for j = 0 … K − 2: [..., K − 1]. */
  const logAbove = (): Tensor => link.logCdf(at().predictor.expandDims(-1).sub(at().cutpoints));
  const moment = (weights: readonly number[]): Tensor =>
    exp(logAbove())
      .mul(tf.tensor1d([...weights]))
      .sum(-1);
  const mean = (): Tensor => moment(range(count).map(() => 1));
  return {
    name,
    rank: 0,
    shape: full,
    support,
    parameters,
    sample: (key, batch = []) => {
      const u = uniform(key, [...batch, ...full]);
      return u.expandDims(-1).less(exp(logAbove())).cast("float32").sum(-1);
    },
    logProb: (value) => {
      const x = asReal(value);
      const inside = support.contains(x);
      const { predictor, cutpoints } = at();
      return tf.where(inside, logProbOf(link, tf.where(inside, x, 0), predictor, cutpoints), outsideSupport(x));
    },
    mean: () => mean().broadcastTo([...full]),
    variance: () =>
      moment(range(count).map((j) => 2 * j + 1))
        .sub(mean().square())
        .broadcastTo([...full]),
    ...cumulativeOfCounts(support, {
      logCdf: (k) => link.logCdf(cutAt(at().cutpoints, k).sub(at().predictor)),
      logSurvival: (k) => link.logCdf(at().predictor.sub(cutAt(at().cutpoints, k))),
    }),
  };
};

/**
 * Ordered categories 0 … K − 1, counted from 0: P(X ≤ k) = σ(cutpoints[k] − predictor), for cutpoints [..., K − 1] in increasing
 * order, as `ordered` latents are. A larger predictor means higher categories.
 * McCullagh 1980, "Regression models for ordinal data".
 * @param shape the shape of one draw, where it is larger than that of the predictor.
 * @throws FluvialError where the cutpoints are no vector, or plain numbers out of order.
 */
export const orderedLogistic = (predictor: TensorLike, cutpoints: TensorLike, shape: Shape = []): Counting =>
  ordered(logistic, predictor, cutpoints, shape);

/**
 * The same with the normal distribution function in place of the logistic one: P(X ≤ k) = Φ(cutpoints[k] − predictor).
 * @param shape the shape of one draw, where it is larger than that of the predictor.
 * @throws FluvialError where the cutpoints are no vector, or plain numbers out of order.
 */
export const orderedProbit = (predictor: TensorLike, cutpoints: TensorLike, shape: Shape = []): Counting =>
  ordered(probit, predictor, cutpoints, shape);
