import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { isContinuous } from "./discrete.ts";
import { coordinatesOf } from "./free.ts";
import { checkFits, type Layout } from "./layout.ts";
import { completed, missingName } from "./missing.ts";
import {
  type Axes,
  distributionOf,
  type JointSite,
  jointOf,
  type LatentSite,
  type ObservedSite,
  type Site,
  siteLabel,
  supportOf,
  type Values,
  valueOf,
} from "./site.ts";

/** What a factor of the joint density is to the posterior. */
export type Part = "prior" | "jacobian" | "likelihood" | "factor";

/** One factor of the joint density, in logarithms and not yet summed. */
export interface Factor {
  /** The term that it is a part of. */
  readonly label: string;
  readonly part: Part;
  /** The latent or observation that it is about. */
  readonly name: string;
  /** [...batch] of the site, one log-density per independent element. */
  readonly value: Tensor;
  readonly axes?: Axes;
  /** How much it counts, where not 1. */
  readonly weight?: number;
}

/** What one site adds: values that the sites below see, and factors. */
export interface Step {
  readonly values: Values;
  readonly factors: readonly Factor[];
}

/** Where a walk takes place. */
export interface Setting {
  readonly layout: Layout;
  /** [size] */
  readonly z: Tensor;
  readonly data: Values;
  /** Discrete latents at the values that they are taken to have. */
  readonly assumed: Values;
  weightOf(site: Site): number | undefined;
}

const checkedLogProb = (distribution: Distribution, x: Tensor): Tensor => {
  checkFits(distribution, x.shape);
  return distribution.logProb(x);
};

const unconstrained = ({ layout, z }: Setting, name: string): Tensor => {
  const { offset, length, freeShape } = layout.latents[name];
  return z.slice([offset], [length]).reshape([...freeShape]);
};

const latentStep = (site: LatentSite, values: Values, setting: Setting): Step => {
  const prior = distributionOf(site, values);
  const { name, axes } = site;
  const base = { label: siteLabel(site), name, axes };
  if (!isContinuous(prior)) {
    const value = setting.assumed[name];
    return { values: { [name]: value }, factors: [{ ...base, part: "prior", value: checkedLogProb(prior, value) }] };
  }
  const { value, logProb, logDet } = coordinatesOf(prior).forward(unconstrained(setting, name));
  checkFits(prior, value.shape);
  return {
    values: { [name]: value },
    factors: [
      { ...base, part: "prior", value: logProb },
      { ...base, part: "jacobian", value: logDet },
    ],
  };
};

const observedStep = (site: ObservedSite, values: Values, setting: Setting): Step => {
  const { name, axes } = site;
  const distribution = distributionOf(site, values);
  const base = { label: siteLabel(site), name, axes, weight: setting.weightOf(site) };
  const gaps = setting.layout.missing[name];
  if (!gaps) {
    const logProb = checkedLogProb(distribution, setting.data[name]);
    return { values: {}, factors: [{ ...base, part: "likelihood", value: logProb }] };
  }
  const free = unconstrained(setting, missingName(name));
  const { value, imputed, logDet, isMissing } = completed(distribution, setting.data[name], gaps, free);
  const logProb = checkedLogProb(distribution, value);
  const prior = { label: `missing "${name}"`, name: missingName(name), axes };
  return {
    values: { [name]: value, [missingName(name)]: imputed },
    factors: [
      { ...base, part: "likelihood", value: tf.where(isMissing, 0, logProb) },
      { ...prior, part: "prior", value: tf.where(isMissing, logProb, 0) },
      { ...prior, part: "jacobian", value: logDet },
    ],
  };
};

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

const jointStep = (site: JointSite, values: Values, setting: Setting): Step => {
  const made = jointOf(site, pick(values, Object.keys(setting.layout.latents)), setting.data);
  const weight = setting.weightOf(site);
  const factor = (label: string, part: Part, value: Tensor): Factor => ({ label, part, name: label, value });
  if (!(made instanceof tf.Tensor))
    return {
      values: {},
      factors: [
        factor("prior", "prior", made.prior),
        { ...factor("likelihood", "likelihood", made.likelihood), axes: site.axis ? [site.axis] : undefined, weight },
      ],
    };
  if (weight !== undefined)
    fail("minibatches need { prior, likelihood }, got their sum, of which no part can be weighted");
  return { values: {}, factors: [factor("log joint", "factor", made)] };
};

/** What one site adds to the values above it. */
const stepOf = (site: Site, values: Values, setting: Setting): Step => {
  const label = siteLabel(site);
  switch (site.role) {
    case "latent":
      return latentStep(site, values, setting);
    case "parameter": {
      const { value, logDet } = supportOf(site, values).forward(unconstrained(setting, site.name));
      const jacobian = { label, part: "jacobian", name: site.name, value: logDet } as const;
      return { values: { [site.name]: value }, factors: [jacobian] };
    }
    case "derived":
      return { values: { [site.name]: valueOf(site, values) }, factors: [] };
    case "observed":
      return observedStep(site, values, setting);
    case "factor":
      return { values: {}, factors: [{ label, part: "factor", name: site.name, value: valueOf(site, values) }] };
    case "joint":
      return jointStep(site, values, setting);
    default:
      return { values: {}, factors: [] };
  }
};

/** The data that a walk begins with: observations that lack values come when their site is reached. */
const known = ({ data, layout }: Setting): Values =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !layout.missing[name]));

/** Visits the sites in order. `take` is given each site's number, the values above it, and what makes its step of them. */
export const walk = (
  sites: readonly Site[],
  setting: Setting,
  take: (index: number, values: Values, make: (values: Values) => Step) => Step = (_, values, make) => make(values),
): { readonly values: Values; readonly steps: readonly Step[] } => {
  const values: Record<string, Tensor> = { ...known(setting) };
  const steps = sites.map((site, index) =>
    within(siteLabel(site), () => {
      const step = take(index, values, (seen) => stepOf(site, seen, setting));
      Object.assign(values, step.values);
      return step;
    }),
  );
  return { values, steps };
};
