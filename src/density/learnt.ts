import type { IndexUse } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Given } from "../flows/flow.ts";
import { invertedMap } from "../flows/inverted.ts";
import type { FlowOf } from "../flows/spec.ts";
import type { StochasticFlowSpec, StochasticGiven } from "../flows/stochastic.ts";
import { normal, split } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Bijection, Mapped } from "../transforms/transform.ts";
import type { Entry } from "./entry.ts";

/** What a density can be made of: a flow, or one with noise of its own. */
export type AnyFlow = FlowOf | Pick<StochasticFlowSpec, "stochastic">;

/** A flow between samples and noise: all but its parameters. */
export interface Learnt {
  readonly size: number;
  /** The length of a context; 0 where there is none. */
  readonly context: number;
  readonly entry: Entry;
  /** Without noise of its own; then log-determinants are exact where no key is given. */
  readonly exact: boolean;
  /** Whether exact log-determinants take a Jacobian a row. */
  readonly costly: boolean;
  init(key: Key): unknown;
  /** Parameters that suit these values of samples, where the flow has some. */
  prepare?(params: unknown, values: Tensor, given: Given): unknown;
  /** From samples to noise, and back. */
  toNoise(params: unknown, x: Tensor, given: Given & StochasticGiven): Mapped;
  fromNoise(params: unknown, noise: Tensor, given: Given): Mapped;
  /** How much each layer uses its index, from standard normal noise [n, size]; of continuously indexed flows. */
  indexUse?(params: unknown, noise: Tensor, given: Given): IndexUse | undefined;
  /** The map from samples to noise with its numbers in it, of a flow without noise of its own. */
  map?(params: unknown, context: Tensor | undefined): Bijection;
}

const plainly = ({ dataGo, ...spec }: FlowOf, size: number, context: number, entry: Entry): Learnt => {
  const flow = spec.flow(size, context);
  const mapFor = (params: unknown, given: Given) => {
    const map = flow.at(params, given);
    return dataGo === "inverse" ? invertedMap(map) : map;
  };
  const side = dataGo === "inverse" ? "after" : "before";
  return {
    size,
    context,
    entry,
    exact: true,
    costly: flow.random === true,
    init: (key) => flow.init(key),
    ...(flow.prepare && {
      prepare: (params: unknown, values: Tensor, given: Given) => flow.prepare?.(params, values, side, given) ?? params,
    }),
    toNoise: (params, x, { context, key }) =>
      mapFor(params, { context, ...(flow.random && key && { key }) }).forward(x),
    fromNoise: (params, noise, { context }) => mapFor(params, { context }).inverse(noise),
    map: (params, context) => mapFor(params, { context }),
  };
};

const noisily = (spec: Pick<StochasticFlowSpec, "stochastic">, size: number, context: number, entry: Entry): Learnt => {
  const flow = spec.stochastic(size, context);
  return {
    size,
    context,
    entry,
    exact: false,
    costly: false,
    init: (key) => flow.init(key),
    toNoise: (params, x, { context, key, exactly }) => flow.at(params, { context, exactly }).inverse(x, key as Key),
    fromNoise: (params, noise, { context, key }) => flow.at(params, { context }).forward(noise, key as Key),
    indexUse: (params, noise, { context, key }) => flow.at(params, { context }).indexUse?.(noise, key as Key),
  };
};

/** @throws FluvialError where there is no such flow over vectors of this size, or none that looks at a context. */
export const learntOf = (spec: AnyFlow, size: number, context: number, entry: Entry): Learnt =>
  "stochastic" in spec ? noisily(spec, size, context, entry) : plainly(spec, size, context, entry);

/**
 * log p of rows [n, size] as a program has them, [n], but for the entry's `logScale`: log N(noise) + Σ logDet. Of a flow with noise of its
 * own, the logarithm of an unbiased estimate.
 * @param given a key in it makes estimates of log-determinants do, unless `exactly` is said; without one they are exact.
 */
export const logDensityOf = (
  learnt: Learnt,
  params: unknown,
  x: Tensor,
  forEntry: Key,
  given: Given & StochasticGiven,
): Tensor => {
  const entered = learnt.entry.into(x, forEntry);
  const { value, logDet } = learnt.toNoise(params, entered.value, given);
  return standardLogProb(value).add(logDet).add(entered.logDet);
};

/** Draws [count, size] on the scale of the flow, with their log q, [count]. */
export const drawFrom = (
  learnt: Learnt,
  params: unknown,
  key: Key,
  count: number,
  context: Tensor | undefined,
): { readonly value: Tensor; readonly logQ: Tensor } => {
  const [forNoise, forFlow] = learnt.exact ? [key, undefined] : split(key, 2);
  const noise = normal(forNoise, [count, learnt.size]);
  const { value, logDet } = learnt.fromNoise(params, noise, { context, key: forFlow });
  return { value, logQ: standardLogProb(noise).sub(logDet) };
};
