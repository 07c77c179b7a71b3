import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { asTensor, hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import type { Continuous, Distribution } from "../distributions/distribution.ts";
import type { Axes } from "./site.ts";

/** A discrete latent, which is summed out: its values are first … first + count − 1, the same for every element. */
export interface DiscreteSlot {
  readonly shape: Shape;
  readonly first: number;
  readonly count: number;
  readonly axes?: Axes;
}

/** Evaluations of one term that summing out may take. */
export const mostEvaluations = 256;

export const isContinuous = (prior: Distribution): prior is Continuous => "forward" in prior.support;

const byHand =
  "marginalise by hand: observe a mixture(…) of its cases, a hiddenMarkov(…) for states in a row, or add a factor with logSumExp over its values";

/** The first and last value of a discrete prior. @throws FluvialError where there is no last one, or it is no single number. */
export const rangeOf = (prior: Distribution): { readonly first: number; readonly count: number } => {
  const { name, rank, support } = prior;
  if (rank > 0)
    fail(`${name} has events of several numbers; only a latent of independent ones is summed out: ${byHand}`);
  if (!support.range)
    return fail(`${name} takes ${support.name}, which are too many to sum out of the model; ${byHand}`);
  const [firsts, lasts] = support.range.map((bound) => hostValues(asTensor(bound)));
  const [first, last] = [Math.min(...firsts), Math.max(...lasts)];
  if (!Number.isInteger(first) || !Number.isInteger(last) || last < first)
    fail(`${name} takes ${support.name}: expected whole numbers from a first to a last, got ${first} to ${last}`);
  const count = last - first + 1;
  if (count > mostEvaluations)
    fail(
      `${name} has ${count} values, more than the ${mostEvaluations} that can be summed out of the model; ${byHand}`,
    );
  return { first, count };
};

/** Every element at one value, as a whole number that can be an index. */
export const allAt = (shape: Shape, value: number): Tensor => tf.fill([...shape], value, "int32");

/** What to do where a latent cannot be summed out. */
export const adviceByHand: string = byHand;
