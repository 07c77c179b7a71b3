import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { logNormalised } from "../ops/logMix.ts";
import { uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { type Counting, cumulativeOfCounts, summedTails } from "./counting.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, realVector, shapeOf, spreadShapes } from "./parameters.ts";
import { checkSums, logOf, outcomes, pick, probabilities } from "./probabilities.ts";

const belowLargest = (logits: Tensor): Tensor => logits.sub(logits.max(-1, true));

interface Outcomes {
  readonly name: string;
  readonly parameter: string;
  readonly set: ParameterSet;
  /** The probabilities [..., K], for draws. */
  probs(parameter: Tensor): Tensor;
  /** The log-probabilities [..., K] of the outcomes in `mask`; the others' are not looked at. */
  logProbs(parameter: Tensor, mask: Tensor): Tensor;
  /** All log-probabilities [..., K], −∞ for 0 with a slope of 0. */
  table(parameter: Tensor): Tensor;
}

const categoricalOf = (of: Outcomes, value: TensorLike, shape: Shape): Counting => {
  const { at, parameters } = given(of.name, { [of.parameter]: [value, of.set] });
  const own = shapeOf(value);
  const count = own[own.length - 1];
  if (own.length === 0 || count < 1)
    fail(`${of.name}: ${of.parameter} must be a vector [..., K] of the K outcomes, got ${showShape(own)}`);
  const full = spreadShapes(of.name, shape, [own.slice(0, -1)]);
  const support = wholeNumbersTo(count - 1);
  /** E[Xⁿ]. */
  const moment = (power: number): Tensor => {
    const probs = of.probs(at()[of.parameter]);
    return probs
      .mul(outcomes(count).pow(power))
      .sum(-1)
      .div(probs.sum(-1))
      .broadcastTo([...full]);
  };
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
    mean: () => moment(1),
    variance: () => moment(2).sub(moment(1).square()),
    ...cumulativeOfCounts(
      support,
      summedTails(() => of.table(at()[of.parameter])),
    ),
  };
};

/**
 * Outcomes 0 … K − 1 with the probabilities in the last axis of `probs` [..., K].
 * @param shape the shape of one draw, where it is larger than that of the parameter without its last axis.
 * @throws FluvialError where plain numbers are no probabilities, or the parameter has no axis for the outcomes.
 */
export const categorical = (probs: TensorLike, shape: Shape = []): Counting => {
  const made = categoricalOf(
    {
      name: "categorical",
      parameter: "probs",
      set: probabilities,
      probs: (probs) => probs,
      logProbs: (probs, mask) => tf.where(mask, probs, 1).log(),
      table: (values) => logOf({ scale: "probs", values }),
    },
    probs,
    shape,
  );
  checkSums("categorical: probs", probs);
  return made;
};

/**
 * Outcomes 0 … K − 1 with probabilities ∝ exp of the last axis of `logits` [..., K].
 * @param shape the shape of one draw, where it is larger than that of the parameter without its last axis.
 * @throws FluvialError where the parameter has no axis for the outcomes.
 */
export const categoricalLogits = (logits: TensorLike, shape: Shape = []): Counting =>
  categoricalOf(
    {
      name: "categoricalLogits",
      parameter: "logits",
      set: realVector,
      probs: (logits) => exp(belowLargest(logits)),
      logProbs: (logits) => logNormalised(logits),
      table: logNormalised,
    },
    logits,
    shape,
  );
