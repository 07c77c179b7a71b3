import * as tf from "#tfjs";
import { checkOptions } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { wholeNumbersTo } from "../transforms/discrete.ts";
import { sequences } from "../transforms/sequences.ts";
import type { Distribution } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { drawStates } from "./markov.ts";
import { type MarkovParts, markovLength, markovShape } from "./markovParts.ts";
import { asReal } from "./parameters.ts";
import { logOf, outcomes } from "./probabilities.ts";
import { timeBack } from "./timeAxis.ts";

/** A Markov chain that is seen. */
export interface MarkovChainParts extends MarkovParts {
  /** T, the length of the sequences; may be left out where the transition varies with time. */
  readonly length?: number;
}

/** Sums what a mask picks; what it leaves out may be −∞. */
const picked = (mask: Tensor, x: Tensor, axes: number[]): Tensor => tf.where(mask, x, 0).sum(axes);

/**
 * Sequences of T states 0 … K − 1, each drawn from the row of the one before it: rank 1, shape [T] with the batch axes of the parts
 * in front. Draws carry no gradient.
 * @throws FluvialError where a part is missing, is no probability, or does not fit the others, or the length is not known.
 * @example
 * markovChain({ initial: [0.5, 0.5], transition: [[0.9, 0.1], [0.2, 0.8]], length: 100 })
 */
export const markovChain = (parts: MarkovChainParts): Distribution => {
  const name = "markovChain";
  checkOptions(name, parts, ["initial", "transition", "length"]);
  const chain = markovShape(name, parts);
  const length = markovLength(name, {
    length: parts.length,
    transition: chain.steps > 1 ? chain.steps + 1 : undefined,
  });
  const shape = [...chain.batch, length];
  const support = sequences(wholeNumbersTo(chain.count - 1));
  const logSteps = (mask: Tensor): Tensor => {
    const [from] = tf.split(mask, [length - 1, 1], -2);
    const [, to] = tf.split(mask, [1, length - 1], -2);
    const { transition, varying } = chain.at();
    const both = tf.logicalAnd(from.expandDims(-1), to.expandDims(-2));
    const log = logOf(transition);
    return picked(both, varying ? timeBack(log, 2) : log, [-3, -2, -1]);
  };
  return {
    name,
    rank: 1,
    shape,
    support,
    parameters: chain.parameters,
    sample: (key, batch = []) => timeBack(drawStates(chain.at(), uniform(key, [length, ...batch, ...chain.batch])), 0),
    logProb: (value) => {
      const x = asReal(value);
      const mask = x.expandDims(-1).equal(outcomes(chain.count));
      const first = mask.slice(
        mask.shape.map(() => 0),
        [...mask.shape.slice(0, -2), 1, chain.count],
      );
      const start = picked(first.squeeze([mask.rank - 2]), logOf(chain.at().initial), [-1]);
      const logProb = length === 1 ? start : start.add(logSteps(mask));
      return tf.where(support.contains(x), logProb, outsideSupport(x.sum(-1)));
    },
  };
};
