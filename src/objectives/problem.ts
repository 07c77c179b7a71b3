import type { Guide, Sampler, TargetFamily } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar } from "../core/tensor.ts";
import { split } from "../ops/random.ts";
import type { Objective } from "./objective.ts";

/** All that training sees: parameters P, state S (running statistics, baselines), batches B. */
export interface Problem<P, S, B> {
  init(key: Key, batch: B): { readonly params: P; readonly state: S };
  loss(
    params: P,
    state: S,
    key: Key,
    batch: B,
    now: Now,
  ): { readonly loss: Scalar; readonly state: S; readonly metrics: Readonly<Record<string, Scalar>> };
}

/** No state. */
export type Stateless = Record<never, never>;

/**
 * Fitting a guide to a target, as a problem. The data are the batch; `select` may take a part of them at random.
 */
export const guideProblem = <P, Q extends Sampler, D>(
  family: TargetFamily<unknown, D>,
  guide: Guide<P, Q>,
  objective: Objective<Q>,
  select?: (key: Key, data: D) => D,
): Problem<P, Stateless, D> => ({
  init: (key) => ({ params: guide.init(key), state: {} }),
  loss: (params, state, key, data, now) => {
    const [forData, forDraws] = select ? split(key, 2) : [key, key];
    const target = family.at(select ? select(forData, data) : data);
    const loss = objective(target, guide.at(params), forDraws, now);
    return { loss, state, metrics: { bound: loss.neg() as Scalar } };
  },
});
