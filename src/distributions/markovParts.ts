import { checkCount, fail } from "../core/check.ts";
import { broadcast, showShape } from "../core/shape.ts";
import type { Shape } from "../core/tensor.ts";
import type { Parameter } from "./distribution.ts";
import type { Chain } from "./markov.ts";
import { type Scaled, type Weighing, type Weights, weighing } from "./probabilities.ts";
import { timeFirst } from "./timeAxis.ts";

/** A Markov chain of K states, as a user gives it. */
export interface MarkovParts {
  /** Probabilities [..., K] of the first state, or { logits }. */
  readonly initial: Weights;
  /** From row to column, [K, K], or [..., T − 1, K, K] where it varies with time, or { logits } of that shape: rows sum to 1. */
  readonly transition: Weights;
}

/** The same, checked. */
export interface MarkovShape {
  readonly count: number;
  /** The number of transitions, 1 where they do not vary. */
  readonly steps: number;
  readonly batch: Shape;
  readonly parameters: Readonly<Record<"initial" | "transition", Parameter>>;
  at(): Chain;
}

/** Without a time axis of length 1. */
const chainAt = (initial: Weighing, transition: Weighing, steps: number): Chain => {
  const { scale, values } = transition.at();
  const flat: Scaled =
    values.rank > 2 && steps === 1 ? { scale, values: values.squeeze([values.rank - 3]) } : { scale, values };
  if (steps === 1) return { initial: initial.at(), transition: flat, varying: false };
  return { initial: initial.at(), transition: { scale, values: timeFirst(values, 2) }, varying: true };
};

const parameter = ({ value, set }: Weighing): Parameter => ({ value, within: set });

/** @throws FluvialError where the parts are no probabilities or do not fit each other. */
export const markovShape = (who: string, { initial, transition }: MarkovParts): MarkovShape => {
  const [first, next] = [weighing(`${who}: initial`, initial), weighing(`${who}: transition`, transition)];
  const { count } = first;
  const { shape } = next;
  if (shape.length < 2 || shape.slice(-2).some((n) => n !== count))
    fail(
      `${who}: transition must be [${count}, ${count}] or [T − 1, ${count}, ${count}] for the ${count} states of initial, got ${showShape(shape)}`,
    );
  const batches = [first.shape.slice(0, -1), shape.slice(0, -3)];
  const batch =
    broadcast(batches[0], batches[1]) ??
    fail(`${who}: initial ${showShape(first.shape)} and transition ${showShape(shape)} do not fit each other`);
  const steps = shape.length > 2 ? shape[shape.length - 3] : 1;
  const parameters = { initial: parameter(first), transition: parameter(next) };
  return { count, steps, batch, parameters, at: () => chainAt(first, next, steps) };
};

/**
 * The length T of the sequences, from whatever says it: an option, or a part that varies with time.
 * @throws FluvialError where nothing does, or two differ.
 */
export const markovLength = (who: string, said: Readonly<Record<string, number | undefined>>): number => {
  const known = Object.entries(said).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (known.length === 0)
    return fail(`${who}: how long are the sequences? Nothing varies with time: give { length }, a whole number from 1`);
  const [[from, length], ...others] = known;
  checkCount(`${who}: length`, length);
  for (const [other, its] of others)
    if (its !== length)
      fail(`${who}: ${from} says that sequences have length ${length}, ${other} that they have ${its}`);
  return length;
};
