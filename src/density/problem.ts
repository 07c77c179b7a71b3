import type { Key } from "../core/key.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import type { Problem, Stateless } from "../objectives/problem.ts";
import { integers, split } from "../ops/random.ts";
import { type Learnt, logDensityOf } from "./learnt.ts";

/** The samples to learn from, as an input of a step. */
export interface TrainingRows {
  /** [n, size]. */
  readonly rows: Tensor;
  /** [n, length]. */
  readonly context?: Tensor;
}

/** Rows that a data-dependent start looks at, at the most. */
const enoughToStart = 1024;

const take = ({ rows, context }: TrainingRows, places: Tensor): TrainingRows => ({
  rows: rows.gather(places as never),
  ...(context && { context: context.gather(places as never) }),
});

/** `batch` rows with replacement; all of them, once each, where there are no more. */
const drawn = (key: Key, all: TrainingRows, batch: number): TrainingRows => {
  const count = all.rows.shape[0];
  return batch >= count ? all : take(all, integers(key, count, [batch]));
};

/**
 * Maximum likelihood as a problem: minus the mean log density of a minibatch, which is drawn inside the step.
 * @param batch rows a step. @param from parameters to start from, where there are some.
 */
export const likelihoodProblem = (
  learnt: Learnt,
  batch: number,
  from?: unknown,
): Problem<unknown, Stateless, TrainingRows> => ({
  init: (key, all) => {
    if (from) return { params: from, state: {} };
    const [forFlow, forRows, forEntry] = split(key, 3);
    const params = learnt.init(forFlow);
    if (!learnt.prepare) return { params, state: {} };
    const { rows, context } = drawn(forRows, all, enoughToStart);
    const { value } = learnt.entry.into(rows, forEntry);
    return { params: learnt.prepare(params, value, { context }), state: {} };
  },
  loss: (params, state, key, all) => {
    const [forRows, forEntry, forFlow] = split(key, 3);
    const { rows, context } = drawn(forRows, all, batch);
    const loss = logDensityOf(learnt, params, rows, forEntry, { context, key: forFlow }).mean().neg() as Scalar;
    return { loss, state, metrics: {} };
  },
});
