import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import type { Layout } from "./layout.ts";
import { type Site, siteLabel, type Values } from "./site.ts";

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

const weightOf = (site: Site, weighting: Weighting | undefined): number => {
  if (!weighting) return 1;
  if (site.role === "observed") return site.axes?.includes(weighting.axis) ? weighting.weight : 1;
  return site.role === "joint" && site.axis === weighting.axis ? weighting.weight : 1;
};

const weighted = (x: Tensor, weight: number): Tensor => (weight === 1 ? x : x.mul(weight));

const logProbOf = (distribution: Distribution, x: Tensor): Tensor => distribution.logProb(x).sum();

const jointTerms = (
  made: Tensor | { readonly prior: Tensor; readonly likelihood: Tensor },
  weight: number,
): Record<string, Tensor> =>
  made instanceof tf.Tensor
    ? { "log joint": made.sum() }
    : { prior: made.prior.sum(), likelihood: weighted(made.likelihood.sum(), weight) };

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

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
  const values: Record<string, Tensor> = { ...data };
  const terms: Record<string, Tensor> = {};
  const unconstrained = (name: string): Tensor => {
    const { offset, length, freeShape } = layout.latents[name];
    return z.slice([offset], [length]).reshape([...freeShape]);
  };
  for (const site of sites)
    within(siteLabel(site), () => {
      switch (site.role) {
        case "latent": {
          const prior = site.distribution(values);
          const { value, logDet } = prior.support.forward(unconstrained(site.name));
          values[site.name] = value;
          terms[siteLabel(site)] = logProbOf(prior, value).add(logDet.sum());
          return terms[siteLabel(site)];
        }
        case "parameter": {
          const { value, logDet } = site.support.forward(unconstrained(site.name));
          values[site.name] = value;
          terms[siteLabel(site)] = logDet.sum();
          return terms[siteLabel(site)];
        }
        case "derived":
          values[site.name] = site.value(values);
          return values[site.name];
        case "observed":
          terms[siteLabel(site)] = weighted(
            logProbOf(site.distribution(values), values[site.name]),
            weightOf(site, weighting),
          );
          return terms[siteLabel(site)];
        case "factor":
          terms[siteLabel(site)] = site.value(values).sum();
          return terms[siteLabel(site)];
        case "joint": {
          const latents = pick(values, Object.keys(layout.latents));
          const made = jointTerms(site.logDensity(latents, data), weightOf(site, weighting));
          for (const [name, term] of Object.entries(made)) terms[name] = term;
          return made;
        }
        default:
          return undefined;
      }
    });
  return { values, terms };
};

/** The sum of all terms: the log joint density on the unconstrained scale. */
export const total = ({ terms }: Evaluation): Tensor => {
  const all = Object.values(terms);
  return all.length === 1 ? all[0] : tf.addN(all);
};
