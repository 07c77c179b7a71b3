import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { checkFits, type Layout } from "./layout.ts";
import { distributionOf, jointOf, type Site, siteLabel, type Values, valueOf } from "./site.ts";

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

/** The weight of a site, or undefined where none applies. */
const weightOf = (site: Site, weighting: Weighting | undefined): number | undefined =>
  weighting && runsAlong(site, weighting.axis) ? weighting.weight : undefined;

const weighted = (x: Tensor, weight = 1): Tensor => (weight === 1 ? x : x.mul(weight));

const logProbOf = (distribution: Distribution, x: Tensor): Tensor => {
  checkFits(distribution, x.shape);
  return distribution.logProb(x).sum();
};

const jointTerms = (
  made: Tensor | { readonly prior: Tensor; readonly likelihood: Tensor },
  weight: number | undefined,
): Record<string, Tensor> => {
  if (!(made instanceof tf.Tensor))
    return { prior: made.prior.sum(), likelihood: weighted(made.likelihood.sum(), weight) };
  if (weight !== undefined)
    fail("minibatches need { prior, likelihood }, got their sum, of which no part can be weighted");
  return { "log joint": made.sum() };
};

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
          const prior = distributionOf(site, values);
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
          values[site.name] = valueOf(site, values);
          return values[site.name];
        case "observed":
          terms[siteLabel(site)] = weighted(
            logProbOf(distributionOf(site, values), values[site.name]),
            weightOf(site, weighting),
          );
          return terms[siteLabel(site)];
        case "factor":
          terms[siteLabel(site)] = valueOf(site, values).sum();
          return terms[siteLabel(site)];
        case "joint": {
          const latents = pick(values, Object.keys(layout.latents));
          const made = jointTerms(jointOf(site, latents, data), weightOf(site, weighting));
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
