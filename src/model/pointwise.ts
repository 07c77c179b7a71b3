import * as tf from "#tfjs";
import { range, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { reducedTo } from "./alignment.ts";
import type { Gaps } from "./missing.ts";
import type { Site } from "./site.ts";
import { orderOf, type Table, tablesOf, withoutAll } from "./sumOut.ts";
import type { Factor, Setting } from "./walk.ts";

/** The log-densities of what was observed, where some values are missing: [...shape] → [observed]. */
const present = (value: Tensor, { shape, places }: Gaps): Tensor => {
  const missing = new Set(places);
  const kept = range(sizeOf(shape)).filter((i) => !missing.has(i));
  return value.reshape([sizeOf(shape)]).gather(tf.tensor1d(kept, "int32"));
};

/** The tables of a joint density with discrete latents summed out, and the same without the observations. */
const summed = (
  sites: readonly Site[],
  setting: Setting,
): { readonly joint: readonly Table[]; readonly prior: readonly Table[] } => {
  const { discrete } = setting.layout;
  const { tables } = tablesOf(sites, setting);
  const without = (some: readonly Table[]): readonly Table[] => withoutAll(orderOf(discrete), discrete, some);
  return { joint: without(tables), prior: without(tables.filter(({ members }) => members[0].part !== "likelihood")) };
};

/** log p(observed | latents) of a table in which both were summed out together: the joint less the prior alone. */
const conditional = (table: Table, priors: readonly Table[]): Tensor => {
  const { value, axes } = table.at({});
  const slot = { shape: value.shape, axes, first: 0, count: 1 };
  return priors
    .filter(({ members }) => members.some((member) => table.members.includes(member)))
    .map((prior) => reducedTo(prior.at({}), "", slot))
    .reduce((left, prior) => left.sub(prior), value);
};

/**
 * The log-density of every observation at one point, by the name of its site; "likelihood" of a log joint. Observations that depend
 * on one discrete latent, which is summed out, come as one, named "y, x", with one log-density per element of the latent.
 */
export const pointwiseAt = (sites: readonly Site[], setting: Setting): Record<string, Tensor> => {
  const { joint, prior } = summed(sites, setting);
  const { missing } = setting.layout;
  const observed = joint.filter(({ members }) => members.some(({ part }) => part === "likelihood"));
  return Object.fromEntries(
    observed.map((table) => {
      const { name, value } = table.at({});
      const own = table.members.length === 1 ? value : conditional(table, prior);
      const gaps = missing[name];
      return [name, gaps && sizeOf(own.shape) === sizeOf(gaps.shape) ? present(own, gaps) : own];
    }),
  );
};

const addTo = (sums: Record<string, Tensor>, { name, value }: Factor): void => {
  sums[name] = Object.hasOwn(sums, name) ? sums[name].add(value.sum()) : value.sum();
};

/**
 * The log prior density of every latent at one point, on its own scale: no log-Jacobian in it. "prior" of a log joint; factors stand
 * under their own name.
 */
export const priorsAt = (sites: readonly Site[], setting: Setting): Record<string, Tensor> => {
  const sums: Record<string, Tensor> = {};
  for (const table of summed(sites, setting).prior)
    if (table.members.every(({ part }) => part !== "jacobian")) addTo(sums, table.at({}));
  return sums;
};
