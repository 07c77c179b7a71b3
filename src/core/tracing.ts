import type * as tf from "#tfjs";

type Tensor = tf.Tensor;

/** One turn of a fold: (states, elements) → next states and what the turn gives. */
export type Turn = (
  states: readonly Tensor[],
  elements: readonly Tensor[],
) => { readonly states: readonly Tensor[]; readonly elements: readonly Tensor[] };

/**
 * What runs ops over regions of a program. In eager the ops do it themselves; while a program is being traced, whoever traces it
 * gives these, and the functions are called once, on placeholders.
 */
export interface Regions {
  /** f of every draw: `many` and the result have a leading axis of length `count`. */
  map(f: (one: readonly Tensor[]) => readonly Tensor[], many: readonly Tensor[], count: number): readonly Tensor[];
  /** A fold over the leading axis of the sequences; the last states, and what the turns gave with a leading axis. */
  scan(
    turn: Turn,
    init: readonly Tensor[],
    sequences: readonly Tensor[],
    length: number,
  ): { readonly states: readonly Tensor[]; readonly elements: readonly Tensor[] };
  /** Steps while the condition holds, `most` times at the most; the last states. */
  loop(
    condition: (states: readonly Tensor[]) => Tensor,
    step: (states: readonly Tensor[]) => readonly Tensor[],
    states: readonly Tensor[],
    most: number,
  ): readonly Tensor[];
}

let current: Regions | undefined;

/** Who runs regions now: undefined in eager. */
export const tracing = (): Regions | undefined => current;

/** Runs f, a function that is being traced. */
export const whileTracing = <T>(regions: Regions | undefined, f: () => T): T => {
  const before = current;
  current = regions;
  try {
    return f();
  } finally {
    current = before;
  }
};
