import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Declared } from "./declared.ts";
import { type Model, modelOf } from "./model.ts";
import type { Axes, JointSite, Site, Values } from "./site.ts";

/** What a raw log joint declares. */
export interface Declarations<L extends string, D extends string> {
  readonly name?: string;
  /** Data by name, with their axes; `int` ones as { axes, type: "int" }. */
  readonly data?: Readonly<Record<D, Axes | { readonly axes: Axes; readonly type: "real" | "int" }>>;
  readonly latent: Readonly<Record<L, Declared>>;
  /** The named data axis along which a pointwise likelihood runs; minibatches need it. */
  readonly axis?: string;
  /** Data that the model would produce; predictive draws need it. */
  readonly simulate?: (
    key: Key,
    latents: Record<L, Tensor>,
    data: Record<D, Tensor>,
  ) => Readonly<Record<string, Tensor>>;
}

const isAxes = (x: unknown): x is Axes => Array.isArray(x);

/**
 * A model from its log joint density, for those that are not a list of distributions.
 * @param f latents and data of one draw → log p, or { prior, likelihood } with a pointwise likelihood. Log-Jacobians of the
 * supports are added by the library.
 */
export const logJoint = <const L extends string, const D extends string = never>(
  declared: Declarations<L, D>,
  f: (
    latents: Record<L, Tensor>,
    data: Record<D, Tensor>,
  ) => Tensor | { readonly prior: Tensor; readonly likelihood: Tensor },
): Model<Record<L, Tensor>, Record<D, Tensor>> => {
  if (typeof f !== "function") fail(`logJoint: expected a function of latents and data, got ${typeof f}`);
  if (Object.keys(declared?.latent ?? {}).length === 0) fail("logJoint: expected at least one latent");
  const data = Object.entries(declared.data ?? {}).map(([name, given]): Site => {
    const { axes, type } = isAxes(given)
      ? { axes: given, type: "real" as const }
      : (given as { axes: Axes; type: "real" | "int" });
    return { role: "data", name, axes, type };
  });
  const latents = Object.entries(declared.latent).map(
    ([name, given]): Site => ({ role: "parameter", name, ...(given as Declared) }),
  );
  const joint: JointSite = {
    role: "joint",
    name: "log joint",
    logDensity: f as unknown as JointSite["logDensity"],
    simulate: declared.simulate as ((key: Key, latents: Values, data: Values) => Values) | undefined,
    axis: declared.axis,
  };
  const repeated = [...data, ...latents].map((site) => site.name).find((name, i, all) => all.indexOf(name) !== i);
  if (repeated) fail(`logJoint: the name "${repeated}" is used twice, as data and as latent`);
  return modelOf(declared.name ?? "log joint", [...data, ...latents, joint]) as unknown as Model<
    Record<L, Tensor>,
    Record<D, Tensor>
  >;
};
