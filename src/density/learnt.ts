import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Flow, Given, Side } from "../flows/flow.ts";
import { invertedMap } from "../flows/inverted.ts";
import type { FlowOf } from "../flows/spec.ts";
import { normal } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Bijection } from "../transforms/transform.ts";
import type { Entry } from "./entry.ts";

/** A flow between samples and noise: all but its parameters. */
export interface Learnt {
  readonly size: number;
  /** The length of a context; 0 where there is none. */
  readonly context: number;
  readonly flow: Flow<unknown>;
  readonly dataGo: FlowOf["dataGo"];
  readonly entry: Entry;
}

export const learntOf = (spec: FlowOf, size: number, context: number, entry: Entry): Learnt => ({
  size,
  context,
  flow: spec.flow(size, context),
  dataGo: spec.dataGo,
  entry,
});

/** The side of the flow on which samples lie. */
export const dataSide = ({ dataGo }: Learnt): Side => (dataGo === "inverse" ? "after" : "before");

/** The flow as the map that takes samples to noise. */
export const toNoise = ({ flow, dataGo }: Learnt, params: unknown, given: Given): Bijection => {
  const map = flow.at(params, given);
  return dataGo === "inverse" ? invertedMap(map) : map;
};

/**
 * log p of rows [n, size] as a program has them, [n], but for the entry's `logScale`: log N(noise) + Σ logDet.
 * @param given a key in it makes estimates of log-determinants do; without one they are exact.
 */
export const logDensityOf = (learnt: Learnt, params: unknown, x: Tensor, forEntry: Key, given: Given): Tensor => {
  const entered = learnt.entry.into(x, forEntry);
  const { value, logDet } = toNoise(learnt, params, given).forward(entered.value);
  return standardLogProb(value).add(logDet).add(entered.logDet);
};

/** Draws [count, size] on the scale of the flow, with their log q, [count]. */
export const drawFrom = (
  learnt: Learnt,
  params: unknown,
  key: Key,
  count: number,
  given: Given,
): { readonly value: Tensor; readonly logQ: Tensor } => {
  const noise = normal(key, [count, learnt.size]);
  const { value, logDet } = toNoise(learnt, params, given).inverse(noise);
  return { value, logQ: standardLogProb(noise).sub(logDet) };
};
