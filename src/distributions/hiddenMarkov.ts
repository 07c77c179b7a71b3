import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import { broadcast, range, showShape, splitShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { split, uniform } from "../ops/random.ts";
import { sequences } from "../transforms/sequences.ts";
import type { Distribution, Parameter } from "./distribution.ts";
import { drawStates, logEvidence, mostLikelyPath, smoothed } from "./markov.ts";
import { type MarkovParts, markovLength, markovShape } from "./markovParts.ts";
import { asReal } from "./parameters.ts";
import { outcomes } from "./probabilities.ts";
import { sampleShaped } from "./sampleShaped.ts";
import { timeBack, timeFirst } from "./timeAxis.ts";

/** What a hidden Markov model is made of. */
export interface HiddenMarkovParts extends MarkovParts {
  /**
   * What each state emits: one distribution whose last batch axis has the K states, of shape [K, ...event], or [..., T, K, ...event]
   * where it varies with time.
   */
  readonly emission: Distribution;
  /** T, the length of the sequences; may be left out where a part varies with time. */
  readonly length?: number;
}

/** A distribution of sequences whose hidden states can be looked at. */
export interface HiddenMarkov extends Distribution {
  /** p(state at t is k | all of x): x [..., T, ...event] → [..., T, K]. */
  stateProbabilities(x: Tensor): Tensor;
  /** The most probable path of states given all of x, counted from 0: x [..., T, ...event] → [..., T]. */
  mostLikelyStates(x: Tensor): Tensor;
}

const optionNames = ["initial", "transition", "emission", "length"];

/** The emission's batch axes in parts: [..., T, K]. */
const emissionShape = (emission: Distribution, count: number) => {
  const { batch, event } = splitShape(emission.shape, emission.rank);
  if (batch[batch.length - 1] !== count)
    fail(
      `hiddenMarkov: the last batch axis of emission must have the ${count} states, got ${emission.name} of shape ${showShape(emission.shape)}`,
    );
  const times = batch.length > 1 ? batch[batch.length - 2] : 1;
  return { outer: batch.slice(0, -2), times, event };
};

const ofEmission = ({ parameters }: Distribution): Record<string, Parameter> =>
  Object.fromEntries(Object.entries(parameters).map(([name, each]) => [`emission's ${name}`, each]));

/** One state's draw of those that all states made: [..., T, K, ...event], [..., T] → [..., T, ...event]. */
const chosen = (draws: Tensor, states: Tensor, count: number, rank: number): Tensor => {
  const mask = states.expandDims(-1).equal(outcomes(count));
  const spread = mask.reshape([...mask.shape, ...range(rank).map(() => 1)]);
  return tf.where(spread, draws, 0).sum(draws.rank - rank - 1);
};

/**
 * A sequence x of length T that a Markov chain of K hidden states emits, the states summed out by the forward algorithm: rank 1 more
 * than that of the emission, and shape [T, ...event] with the batch axes of the parts in front. Every step is
 * O(K²), in logarithms. Draws carry no gradient.
 * Rabiner 1989, "A tutorial on hidden Markov models and selected applications in speech recognition".
 * @throws FluvialError where a part is missing, is no probability, or does not fit the others, or the length is not known.
 * @example
 * hiddenMarkov({ initial: [0.5, 0.5], transition: [[0.9, 0.1], [0.2, 0.8]], emission: normal([-1, 1], 0.5), length: 100 })
 */
export const hiddenMarkov = (parts: HiddenMarkovParts): HiddenMarkov => {
  const name = "hiddenMarkov";
  checkOptions(name, parts, optionNames);
  const { emission } = parts;
  if (typeof emission?.logProb !== "function")
    fail(`${name}: emission must be a distribution such as normal([0, 1], 1)`);
  const chain = markovShape(name, parts);
  const { outer, times, event } = emissionShape(emission, chain.count);
  const length = markovLength(name, {
    length: parts.length,
    transition: chain.steps > 1 ? chain.steps + 1 : undefined,
    emission: times > 1 ? times : undefined,
  });
  const batch =
    broadcast(chain.batch, outer) ??
    fail(`${name}: the chain's axes ${showShape(chain.batch)} do not fit the emission's ${showShape(outer)}`);
  const shape = [...batch, length, ...event];
  const logLikelihoods = (value: Tensor): Tensor => {
    const x = asReal(value);
    return timeFirst(emission.logProb(x.expandDims(x.rank - emission.rank)), 1);
  };
  return {
    name,
    rank: emission.rank + 1,
    shape,
    support: sequences(emission.support),
    parameters: { ...chain.parameters, ...ofEmission(emission) },
    sample: (key, prefix: Shape = []) => {
      const [forStates, forEmission] = split(key, 2);
      const leading = [...prefix, ...batch];
      const states = timeBack(drawStates(chain.at(), uniform(forStates, [length, ...leading])), 0);
      const draws = sampleShaped(emission, forEmission, [...leading, length, chain.count, ...event]);
      return chosen(draws, states, chain.count, emission.rank);
    },
    logProb: (x) => logEvidence(chain.at(), logLikelihoods(x)),
    stateProbabilities: (x) => timeBack(smoothed(chain.at(), logLikelihoods(x)), 1),
    mostLikelyStates: (x) => timeBack(mostLikelyPath(chain.at(), logLikelihoods(x)), 0),
  };
};
