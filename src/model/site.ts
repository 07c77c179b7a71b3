import * as tf from "#tfjs";
import { fail, suggest } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import type { Distribution } from "../distributions/distribution.ts";
import type { Support } from "../transforms/support.ts";

/** The lengths of a variable's axes: numbers, or names that are unified when data are bound. */
export type Axes = readonly (number | string)[];

/** Named tensors of one draw. */
export type Values = Readonly<Record<string, Tensor>>;

/** What is known while data are bound: values row by row, and the lengths of named axes. */
export interface Bindings {
  readonly data: Readonly<Record<string, { readonly values: ArrayLike<number>; readonly shape: Shape }>>;
  readonly sizes: Readonly<Record<string, number>>;
}

/** What a declaration may demand of its data. */
export interface Binding {
  /** Makes the values from what was given under the name, nothing it may be, and from the data above. */
  readonly bind?: (given: unknown, above: Bindings) => { readonly values: ArrayLike<number>; readonly shape: Shape };
  /** Looks at all data once they are bound. @throws FluvialError where this one does not fit. */
  readonly check?: (bound: Bindings) => void;
  /** Made by `bind` from other data alone: nobody gives it. */
  readonly computed?: boolean;
}

export interface DataSite extends Binding {
  readonly role: "data";
  readonly name: string;
  readonly axes?: Axes;
  readonly type: "real" | "int";
}

/** A latent with its prior; a discrete one is summed out. */
export interface LatentSite {
  readonly role: "latent";
  readonly name: string;
  readonly axes?: Axes;
  readonly distribution: (values: Values) => Distribution;
}

/** A latent whose density is part of a joint factor. */
export interface ParameterSite {
  readonly role: "parameter";
  readonly name: string;
  readonly axes: Axes;
  /** A function where its bounds depend on what stands above. */
  readonly support: Support | ((values: Values) => Support);
}

export interface DerivedSite {
  readonly role: "derived";
  readonly name: string;
  readonly axes?: Axes;
  readonly value: (values: Values) => Tensor;
}

export interface ObservedSite extends Binding {
  readonly role: "observed";
  readonly name: string;
  readonly axes?: Axes;
  readonly distribution: (values: Values) => Distribution;
}

/** A term added to the log density as it is. */
export interface FactorSite {
  readonly role: "factor";
  readonly name: string;
  readonly value: (values: Values) => Tensor;
}

/** A whole log joint density as one function. */
export interface JointSite {
  readonly role: "joint";
  readonly name: string;
  readonly logDensity: (
    latents: Values,
    data: Values,
  ) => Tensor | { readonly prior: Tensor; readonly likelihood: Tensor };
  /** Data that the model would produce, by name. */
  readonly simulate?: (key: Key, latents: Values, data: Values) => Values;
  /** The named axis that the pointwise likelihood runs along. */
  readonly axis?: string;
}

/** A model is a list of these; every use of it is a fold over the list. */
export type Site = DataSite | LatentSite | ParameterSite | DerivedSite | ObservedSite | FactorSite | JointSite;

/** "latent "theta"": how labels and errors call a site. */
export const siteLabel = (site: Site): string => (site.role === "joint" ? site.name : `${site.role} "${site.name}"`);

/** What stands above a site, by name; a name that does not is refused there, not where its absence does harm. */
export const named = (values: Values): Values =>
  new Proxy(values, {
    get: (target, name) => {
      if (typeof name !== "string" || Object.hasOwn(target, name)) return Reflect.get(target, name);
      const known = Object.keys(target);
      return fail(
        `there is no "${name}" in the model so far${suggest(name, known)}; there are ${known.join(", ") || "none"}`,
      );
    },
  });

const describe = (x: unknown): string =>
  x === null ? "null" : x === undefined ? "nothing (a forgotten return?)" : typeof x;

/** What a derived quantity or a factor is at these values. @throws FluvialError where its function returns no tensor. */
export const valueOf = (site: DerivedSite | FactorSite, values: Values): Tensor => {
  const made: unknown = site.value(named(values));
  return made instanceof tf.Tensor ? made : fail(`its function must return a tensor, got ${describe(made)}`);
};

/** Whether a value is a distribution, wherever it comes from. */
export const isDistribution = (x: unknown): x is Distribution =>
  typeof x === "object" && x !== null && typeof (x as Distribution).logProb === "function";

/** Where a parameter lives at these values. */
export const supportOf = ({ support }: ParameterSite, values: Values): Support =>
  typeof support === "function" ? support(named(values)) : support;

/** A site's distribution at these values. @throws FluvialError where its function returns none. */
export const distributionOf = (site: LatentSite | ObservedSite, values: Values): Distribution => {
  const made: unknown = site.distribution(named(values));
  return isDistribution(made)
    ? made
    : fail(`its function must return a distribution such as normal(0, 1), got ${describe(made)}`);
};

/** A log joint at these values. @throws FluvialError where its function returns neither a tensor nor two. */
export const jointOf = (site: JointSite, latents: Values, data: Values): ReturnType<JointSite["logDensity"]> => {
  const made: unknown = site.logDensity(named(latents), named(data));
  const apart = made as { prior?: unknown; likelihood?: unknown } | null | undefined;
  const right =
    made instanceof tf.Tensor || (apart?.prior instanceof tf.Tensor && apart.likelihood instanceof tf.Tensor);
  if (!right) fail(`its function must return a tensor, or { prior, likelihood } of tensors, got ${describe(made)}`);
  return made as ReturnType<JointSite["logDensity"]>;
};
