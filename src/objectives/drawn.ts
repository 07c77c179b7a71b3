import * as tf from "#tfjs";
import type { Sampler } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { logSumExp } from "../ops/logMix.ts";
import { split } from "../ops/random.ts";
import { stopGradient } from "../ops/stopGradient.ts";

/** Groups of draws, one after the other; each group by itself stands for the guide. */
export interface Drawn {
  readonly groups: number;
  /** [groups · each, size]; each differs from what was asked for where a mixture gives other numbers. */
  readonly value: Tensor;
  /** [groups · each] */
  readonly logQ: Tensor;
  /** [groups · each], of mixtures: log of the weight of a draw in its group. Left out where all draws of a group count alike. */
  readonly logShare?: Tensor;
}

interface Counts {
  readonly groups?: number;
  /** Draws in a group. */
  readonly each: number;
  /** Whether logQ must be computed, not estimated: where more than a mean of it is taken. */
  readonly exactly?: boolean;
}

const joined = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? parts[0] : tf.concat([...parts]));

const strata = (q: Required<Pick<Sampler, "stratified">>, key: Key, groups: number, each: number): Drawn => {
  const keys = groups === 1 ? [key] : split(key, groups);
  const parts = keys.map((one) => q.stratified(one, each));
  return {
    groups,
    value: joined(parts.map(({ value }) => value)),
    logQ: joined(parts.map(({ logQ }) => logQ)),
    logShare: joined(parts.map(({ logShare }) => logShare)),
  };
};

/** Whether the draws are in parts from several components, whose weights their shares depend on. */
export const isStratified = (q: Sampler): q is Sampler & Required<Pick<Sampler, "stratified">> =>
  q.stratified !== undefined;

/**
 * Draws for an objective. From a mixture they come in equal parts from each component, with shares that the weights have a gradient
 * by, which a choice of the component at random would not give: Morningstar, Vikram, Ham, Gallagher & Dillon 2021, section 3.
 */
export const drawFrom = (q: Sampler, key: Key, { groups = 1, each, exactly = false }: Counts): Drawn =>
  within("guide", () => {
    if (isStratified(q)) return strata(q, key, groups, each);
    const batch = [groups * each];
    return { groups, ...(exactly && q.drawExactly ? q.drawExactly(key, batch) : q.draw(key, batch)) };
  });

/** [groups · each] → [groups, each]. */
export const inGroups = ({ groups }: Pick<Drawn, "groups">, x: Tensor): Tensor => x.reshape([groups, -1]);

/** The mean of x [groups · each] under the guide, by each group: [groups]. */
export const averageOf = (drawn: Drawn, x: Tensor): Tensor => {
  const { logShare } = drawn;
  return logShare ? inGroups(drawn, logShare.exp().mul(x)).sum(-1) : inGroups(drawn, x).mean(-1);
};

/** log of the mean of exp(x) under the guide, by each group: [groups · each] → [groups]. */
export const logAverageExp = (drawn: Drawn, x: Tensor): Tensor => {
  const { logShare } = drawn;
  const each = x.size / drawn.groups;
  return logShare ? logSumExp(inGroups(drawn, x.add(logShare))) : logSumExp(inGroups(drawn, x)).sub(Math.log(each));
};

/** The weights ∝ share · exp(x), of sum 1 in each group: [groups · each] → [groups, each]. */
export const normalisedWeights = (drawn: Drawn, x: Tensor): Tensor => {
  const logs = inGroups(drawn, drawn.logShare ? x.add(drawn.logShare) : x);
  return logs.sub(logSumExp(logs, -1, true)).exp();
};

/** What every draw would count if the guide were exact, [groups, each] or a number for all; without gradient. */
export const sharesOf = (drawn: Drawn): Tensor | number =>
  drawn.logShare ? stopGradient(inGroups(drawn, drawn.logShare.exp())) : drawn.groups / drawn.logQ.size;
