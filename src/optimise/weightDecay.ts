import { fail } from "../core/check.ts";
import { zipTrees } from "../core/tree.ts";
import type { Optimiser } from "./adam.ts";

/**
 * An optimiser that also draws all parameters towards 0, by rate · decay of themselves at each step, apart from the gradient. Loshchilov &
 * Hutter 2019, algorithm 2.
 * @throws FluvialError unless `decay` is a finite number from 0.
 */
export const withWeightDecay = <S>(optimiser: Optimiser<S>, decay: number): Optimiser<S> => {
  if (!(Number.isFinite(decay) && decay >= 0)) fail(`weightDecay: expected a number from 0, got ${decay}`);
  if (decay === 0) return optimiser;
  return {
    ...optimiser,
    name: `${optimiser.name}, weight decay ${decay}`,
    update: (params, gradient, state, now) => {
      const [moved, after] = optimiser.update(params, gradient, state, now);
      return [zipTrees((next, before) => next.sub(before.mul(now.rate).mul(decay)), moved, params), after];
    },
  };
};
