import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Continuous, Distribution } from "../distributions/distribution.ts";
import type { Support } from "../transforms/support.ts";

/** The lengths of a variable's axes: numbers, or names that are unified when data are bound. */
export type Axes = readonly (number | string)[];

/** Named tensors of one draw. */
export type Values = Readonly<Record<string, Tensor>>;

export interface DataSite {
  readonly role: "data";
  readonly name: string;
  readonly axes?: Axes;
  readonly type: "real" | "int";
}

/** A latent with its prior. */
export interface LatentSite {
  readonly role: "latent";
  readonly name: string;
  readonly axes?: Axes;
  readonly distribution: (values: Values) => Continuous;
}

/** A latent whose density is part of a joint factor. */
export interface ParameterSite {
  readonly role: "parameter";
  readonly name: string;
  readonly axes: Axes;
  readonly support: Support;
}

export interface DerivedSite {
  readonly role: "derived";
  readonly name: string;
  readonly axes?: Axes;
  readonly value: (values: Values) => Tensor;
}

export interface ObservedSite {
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

/** What a derived quantity or a factor is at these values. @throws FluvialError where its function returns no tensor. */
export const valueOf = (site: DerivedSite | FactorSite, values: Values): Tensor => {
  const made: unknown = site.value(values);
  return made instanceof tf.Tensor
    ? made
    : fail(`its function must return a tensor, got ${made === null ? "null" : typeof made}`);
};
