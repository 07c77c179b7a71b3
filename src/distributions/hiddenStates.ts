import { checkOptions, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import { asTensor, type Tensor, type TensorLike } from "../core/tensor.ts";
import { logEvidence, mostLikelyPath, smoothed } from "./markov.ts";
import { type MarkovParts, markovLength, markovShape } from "./markovParts.ts";
import { asReal, shapeOf } from "./parameters.ts";
import type { Table } from "./probabilities.ts";
import { timeBack, timeFirst } from "./timeAxis.ts";

/** A Markov chain of hidden states, and how likely each state makes what was seen. */
export interface HiddenStatesParts extends MarkovParts {
  /** log p(what was seen at t | state k), [..., T, K]. */
  readonly logLikelihoods: Table;
}

/** What can be said of the hidden states. */
export interface HiddenStates {
  /** log p(all that was seen), the states summed out: [...]. */
  logLikelihood(): Tensor;
  /** p(state at t is k | all that was seen): [..., T, K]. */
  probabilities(): Tensor;
  /** The most probable path, counted from 0: [..., T]. */
  mostLikely(): Tensor;
}

/**
 * A hidden Markov model whose emissions are any formula: the forward algorithm, smoothing by forward–backward, and Viterbi's path,
 * from the log-likelihoods of the states. For a `factor` of a model, or after the fact. Rabiner 1989, section III.
 * @throws FluvialError where a part is missing, is no probability, or does not fit the others.
 */
export const hiddenStates = (parts: HiddenStatesParts): HiddenStates => {
  const name = "hiddenStates";
  checkOptions(name, parts, ["initial", "transition", "logLikelihoods"]);
  const table = parts.logLikelihoods as TensorLike;
  if (table === undefined) fail(`${name}: logLikelihoods is missing`);
  const chain = markovShape(name, parts);
  const shape = shapeOf(table);
  if (shape.length < 2 || shape[shape.length - 1] !== chain.count)
    fail(
      `${name}: logLikelihoods must be [..., T, ${chain.count}] for the ${chain.count} states, got ${showShape(shape)}`,
    );
  markovLength(name, {
    logLikelihoods: shape[shape.length - 2],
    transition: chain.steps > 1 ? chain.steps + 1 : undefined,
  });
  const seen = (): Tensor => timeFirst(asReal(asTensor(table)), 1);
  return {
    logLikelihood: () => logEvidence(chain.at(), seen()),
    probabilities: () => timeBack(smoothed(chain.at(), seen()), 1),
    mostLikely: () => timeBack(mostLikelyPath(chain.at(), seen()), 0),
  };
};
