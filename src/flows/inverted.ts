import type { Bijection } from "../transforms/transform.ts";
import type { Flow, Side } from "./flow.ts";

/** The map the other way round. Both sides must have events of one shape. */
export const invertedMap = ({ rank, forward, inverse }: Bijection): Bijection => ({
  rank,
  forward: inverse,
  inverse: forward,
  domain: (shape) => shape,
});

const other = (side: Side): Side => (side === "before" ? "after" : "before");

/** The flow the other way round, with the same parameters: MAF is IAF inverted. */
export const inverted = <P>(flow: Flow<P>): Flow<P> => ({
  random: flow.random,
  init: flow.init,
  at: (params, given) => invertedMap(flow.at(params, given)),
  ...(flow.prepare && {
    prepare: (params, values, side, given) => flow.prepare?.(params, values, other(side), given) ?? params,
  }),
});
