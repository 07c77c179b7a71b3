import { fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { type Axes, isDistribution, type Site, type Values } from "./site.ts";

/** A name that is a literal and not taken: a string, or a pattern such as `x${string}`, would be a key that need not be there. */
export type Fresh<N extends string, V> =
  Record<never, never> extends Record<N, unknown> ? never : N extends keyof V ? never : N;

/** A value, or a function of what stands above it in the model. */
type From<V, T> = T | ((values: V) => T);

/**
 * A Bayesian model of one draw: latents L, data D (observations among them), derived quantities G. Each method returns a new model
 * with one more site; nothing is changed.
 */
export interface Model<L = Record<string, Tensor>, D = Record<string, Tensor>, G = Record<never, never>> {
  readonly name: string;
  readonly sites: readonly Site[];
  /** The text it was made from, where it was: with it the model can be made again elsewhere. */
  readonly source?: { readonly name: string; readonly text: string };
  /** A known quantity. Axes are lengths or names ("J"), unified over the model; `int` holds whole numbers, such as indices. */
  data<const N extends string>(
    name: N & Fresh<N, L & D & G>,
    axes?: Axes,
    type?: "real" | "int",
  ): Model<L, D & Record<N, Tensor>, G>;
  /**
   * An unknown with its prior; `axes` make independent copies of a smaller distribution, and name them. A discrete one, of finitely
   * many values, is summed out of the density, element by element, and drawn afterwards.
   */
  latent<const N extends string>(
    name: N & Fresh<N, L & D & G>,
    prior: From<L & D & G, Distribution>,
    axes?: Axes,
  ): Model<L & Record<N, Tensor>, D, G>;
  /** A quantity computed from the others, reported with the draws. */
  derive<const N extends string>(
    name: N & Fresh<N, L & D & G>,
    value: (values: L & D & G) => Tensor,
    axes?: Axes,
  ): Model<L, D, G & Record<N, Tensor>>;
  /** An observation: data of this name, with its distribution. Name its axis to be able to take minibatches along it. */
  observe<const N extends string>(
    name: N & Fresh<N, L & D & G>,
    distribution: From<L & D & G, Distribution>,
    axes?: Axes,
  ): Model<L, D & Record<N, Tensor>, G>;
  /** A term added to the log density: [] or any shape, which is summed. */
  factor<const N extends string>(name: N & Fresh<N, L & D & G>, value: (values: L & D & G) => Tensor): Model<L, D, G>;
}

const checkName = (who: string, sites: readonly Site[], name: unknown): void => {
  if (typeof name !== "string" || !/^[A-Za-z_]\w*$/.test(name) || name === "__proto__")
    fail(`${who}: a name is a letter followed by letters, digits or _, got ${JSON.stringify(name)}`);
  const taken = sites.find((site) => site.name === name);
  if (taken) fail(`${who}: the name "${name}" is used twice; it is already ${taken.role}`);
};

const checkAxes = (who: string, name: string, axes: Axes | undefined): void => {
  if (axes !== undefined && !Array.isArray(axes))
    fail(`${who}: the axes of "${name}" must be a list such as ["N"], got ${JSON.stringify(axes)}`);
  for (const axis of axes ?? [])
    if (!(typeof axis === "string" ? axis !== "" : Number.isInteger(axis) && axis > 0))
      fail(`${who}: an axis of "${name}" must be a name or a whole number above 0, got ${JSON.stringify(axis)}`);
};

/** What stands behind a name: a function of what is above it, or a distribution already. */
const checkBody = (who: string, name: string, body: unknown, what: "distribution" | "function"): void => {
  if (typeof body === "function" || (what === "distribution" && isDistribution(body))) return;
  const expected =
    what === "function"
      ? "a function of the values above it"
      : "a distribution such as normal(0, 1), or a function that returns one";
  fail(`${who}: "${name}" needs ${expected}, got ${typeof body}`);
};

const asDistribution = (
  who: string,
  name: string,
  body: From<Values, Distribution>,
): ((values: Values) => Distribution) => {
  checkBody(who, name, body, "distribution");
  return typeof body === "function" ? body : () => body;
};

/** The model that consists of these sites. */
export const modelOf = (name: string, sites: readonly Site[]): Model<never, never, never> => {
  const add = (site: Site): Model<never, never, never> => {
    checkName(name, sites, site.name);
    if (site.role === "derived" || site.role === "factor") checkBody(name, site.name, site.value, "function");
    if ("axes" in site) checkAxes(name, site.name, site.axes);
    return modelOf(name, [...sites, site]);
  };
  const methods = {
    name,
    sites,
    data: (site: string, axes?: Axes, type: "real" | "int" = "real") => add({ role: "data", name: site, axes, type }),
    latent: (site: string, prior: From<Values, Distribution>, axes?: Axes) =>
      add({ role: "latent", name: site, axes, distribution: asDistribution(name, site, prior) }),
    derive: (site: string, value: (values: Values) => Tensor, axes?: Axes) =>
      add({ role: "derived", name: site, axes, value }),
    observe: (site: string, distribution: From<Values, Distribution>, axes?: Axes) =>
      add({ role: "observed", name: site, axes, distribution: asDistribution(name, site, distribution) }),
    factor: (site: string, value: (values: Values) => Tensor) => add({ role: "factor", name: site, value }),
  };
  return methods as unknown as Model<never, never, never>;
};

/**
 * An empty model, to which sites are added.
 * @example model("coin").latent("p", beta(1, 1)).observe("heads", ({ p }) => bernoulli(p), ["N"])
 */
export const model = (name: string): Model<Record<never, never>, Record<never, never>> => {
  if (typeof name !== "string" || name.trim() === "") fail(`model: expected a name, got ${JSON.stringify(name)}`);
  return modelOf(name, []) as unknown as Model<Record<never, never>, Record<never, never>>;
};

/** Whether a value is a model, wherever it comes from. */
export const isModel = (x: unknown): x is Model =>
  typeof x === "object" && x !== null && Array.isArray((x as Model).sites) && typeof (x as Model).latent === "function";
