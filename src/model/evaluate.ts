import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import type { Layout } from "./layout.ts";
import type { Site, Values } from "./site.ts";
import { summedOut } from "./sumOut.ts";
import { type Factor, type Setting, walk } from "./walk.ts";

/** The values of one draw, and each term of its log density by the label of the site it comes from. */
export interface Evaluation {
  readonly values: Values;
  readonly terms: Readonly<Record<string, Tensor>>;
}

/** How much the terms of observations along a named axis count: N / n in a minibatch of n out of N. */
export interface Weighting {
  readonly axis: string;
  readonly weight: number;
}

/** Whether a site's log density is a sum over the rows of a named axis. */
export const runsAlong = (site: Site, axis: string): boolean =>
  site.role === "observed" ? (site.axes ?? []).includes(axis) : site.role === "joint" && site.axis === axis;

/** A point of a model, as its walks and sums take it. */
export const settingOf = (layout: Layout, z: Tensor, data: Values, weighting?: Weighting): Setting => ({
  layout,
  z,
  data,
  assumed: {},
  weightOf: (site) => (weighting && runsAlong(site, weighting.axis) ? weighting.weight : undefined),
});

/** The factors of a joint density at a point, discrete latents summed out, and the values; discrete ones at their first. */
export const factorsAt = (
  sites: readonly Site[],
  setting: Setting,
): { readonly values: Values; readonly factors: readonly Factor[] } => {
  if (Object.keys(setting.layout.discrete).length > 0) return summedOut(sites, setting);
  const { values, steps } = walk(sites, setting);
  return { values, factors: steps.flatMap(({ factors }) => factors) };
};

const sumOf = ({ value, weight }: Factor): Tensor =>
  weight === undefined || weight === 1 ? value.sum() : value.sum().mul(weight);

const termsOf = (factors: readonly Factor[]): Record<string, Tensor> => {
  const terms: Record<string, Tensor> = {};
  for (const factor of factors) {
    const { label } = factor;
    terms[label] = label in terms ? terms[label].add(sumOf(factor)) : sumOf(factor);
  }
  return terms;
};

/**
 * Walks the sites of a model at one unconstrained point.
 * @param z [size]; @param data the data by name, as tensors of one draw.
 */
export const evaluate = (
  sites: readonly Site[],
  layout: Layout,
  z: Tensor,
  data: Values,
  weighting?: Weighting,
): Evaluation => {
  const { values, factors } = factorsAt(sites, settingOf(layout, z, data, weighting));
  return { values, terms: termsOf(factors) };
};

/** The sum of all terms: the log joint density on the unconstrained scale. */
export const total = ({ terms }: Evaluation): Tensor => {
  const all = Object.values(terms);
  return all.length === 1 ? all[0] : tf.addN(all);
};
