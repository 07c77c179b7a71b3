import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { everyLast } from "../transforms/support.ts";
import type { Distribution } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, realVector, shapeOf, spreadShapes } from "./parameters.ts";

/** How far a sum of probabilities may be from 1: what single precision leaves of a vector of some thousand. */
const slack = 1e-4;

const probabilities: ParameterSet = {
  name: "probabilities that sum to 1",
  rank: 1,
  contains: (x) => tf.logicalAnd(everyLast(x.greaterEqual(0)), x.sum(-1).sub(1).abs().lessEqual(slack)),
  holds: (x) => x >= 0 && x <= 1,
};

/** The same for lists of plain numbers, nested as deep as they are. */
const checkSums = (value: unknown): void => {
  if (!Array.isArray(value)) return;
  if (Array.isArray(value[0])) {
    for (const row of value) checkSums(row);
    return;
  }
  const sum = value.reduce((a: number, b: number) => a + b, 0);
  if (!(Math.abs(sum - 1) <= slack)) fail(`categorical: probs must be ${probabilities.name}, got a sum of ${sum}`);
};

const outcomes = (count: number): Tensor => tf.tensor1d(range(count), "float32");

/** The first outcome whose cumulated probability exceeds a uniform part of the whole: [..., K], [...] → [...]. */
const pick = (probs: Tensor, part: Tensor): Tensor => {
  const cumulated = probs.cumsum(probs.rank - 1);
  const count = probs.shape[probs.rank - 1];
  const [before, whole] = tf.split(cumulated, [count - 1, 1], -1);
  return before.lessEqual(part.expandDims(-1).mul(whole)).cast("float32").sum(-1);
};

const belowLargest = (logits: Tensor): Tensor => logits.sub(logits.max(-1, true));

interface Outcomes {
  readonly name: string;
  readonly parameter: string;
  readonly set: ParameterSet;
  /** The probabilities [..., K], for draws. */
  probs(parameter: Tensor): Tensor;
  /** The log-probabilities [..., K] of the outcomes in `mask`; the others' are not looked at. */
  logProbs(parameter: Tensor, mask: Tensor): Tensor;
}

const categoricalOf = (of: Outcomes, value: TensorLike, shape: Shape): Distribution => {
  const { at, parameters } = given(of.name, { [of.parameter]: [value, of.set] });
  const own = shapeOf(value);
  const count = own[own.length - 1];
  if (own.length === 0 || count < 1)
    fail(`${of.name}: ${of.parameter} must be a vector [..., K] of the K outcomes, got ${showShape(own)}`);
  const full = spreadShapes(of.name, shape, [own.slice(0, -1)]);
  const support = wholeNumbersTo(count - 1);
  return {
    name: of.name,
    rank: 0,
    shape: full,
    support,
    parameters,
    sample: (key, batch = []) => pick(of.probs(at()[of.parameter]), uniform(key, [...batch, ...full])),
    logProb: (value) => {
      const x = asReal(value);
      const mask = x.expandDims(-1).equal(outcomes(count));
      const logProb = tf.where(mask, of.logProbs(at()[of.parameter], mask), 0).sum(-1);
      return tf.where(support.contains(x), logProb, outsideSupport(x));
    },
  };
};

/**
 * Outcomes 0 … K − 1 with the probabilities in the last axis of `probs` [..., K].
 * @param shape the shape of one draw, where it is larger than that of the parameter without its last axis.
 * @throws FluvialError where plain numbers are no probabilities, or the parameter has no axis for the outcomes.
 */
export const categorical = (probs: TensorLike, shape: Shape = []): Distribution => {
  const made = categoricalOf(
    {
      name: "categorical",
      parameter: "probs",
      set: probabilities,
      probs: (probs) => probs,
      logProbs: (probs, mask) => tf.where(mask, probs, 1).log(),
    },
    probs,
    shape,
  );
  checkSums(probs);
  return made;
};

/**
 * Outcomes 0 … K − 1 with probabilities ∝ exp of the last axis of `logits` [..., K].
 * @param shape the shape of one draw, where it is larger than that of the parameter without its last axis.
 * @throws FluvialError where the parameter has no axis for the outcomes.
 */
export const categoricalLogits = (logits: TensorLike, shape: Shape = []): Distribution =>
  categoricalOf(
    {
      name: "categoricalLogits",
      parameter: "logits",
      set: realVector,
      probs: (logits) => exp(belowLargest(logits)),
      logProbs: (logits) => {
        const below = belowLargest(logits);
        return below.sub(exp(below).sum(-1, true).log());
      },
    },
    logits,
    shape,
  );
