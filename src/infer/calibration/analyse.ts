import { fail } from "../../core/check.ts";
import type { GuideSpec } from "../../core/density.ts";
import type { HostKey } from "../../core/key.ts";
import type { DataGradient, Engine } from "../../engine/engine.ts";
import { chains as runChains } from "../../mcmc/chains.ts";
import type { Coords } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Values } from "../../model/site.ts";
import type { Draws } from "../../posterior/draws.ts";
import type { HostParameter } from "../../posterior/posterior.ts";
import { fit } from "../fit.ts";
import type { FitOptions } from "../fitting/fitOptions.ts";
import type { SamplerSpec } from "../sampling/samplers.ts";
import { type AnyData, seedOf } from "./replications.ts";

/** What a method made of one data set: draws on the unconstrained scale [draws × size], or of named quantities. */
export interface Analysis {
  readonly z?: Float64Array;
  readonly draws?: Readonly<Record<string, Draws>>;
  readonly gradients: number;
  readonly divergences: number;
}

/** Draws from the posterior of one data set; undefined where it was stopped. */
export type Analyse = (data: AnyData, tensors: Values, key: HostKey) => Promise<Analysis | undefined>;

/** A method of the user's: data as `sample` takes them, and a seed → draws, or a posterior that holds them. */
export type OwnMethod = (
  data: AnyData,
  seed: number,
) =>
  | Readonly<Record<string, Draws>>
  | { readonly draws: unknown; readonly unconstrained?: HostParameter }
  | Promise<Readonly<Record<string, Draws>> | { readonly draws: unknown; readonly unconstrained?: HostParameter }>;

/** Rows `count` of z [rows × size], evenly spread, the last one among them. */
const thinned = (z: Float64Array, size: number, count: number): Float64Array => {
  const rows = z.length / size;
  if (rows < count) fail(`calibrate: expected at least ${count} draws of each data set, got ${rows}`);
  const out = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(((i + 1) * rows) / count) - 1;
    out.set(z.subarray(row * size, (row + 1) * size), i * size);
  }
  return out;
};

export interface SamplerPlan {
  readonly warmup: number;
  readonly draws: number;
  readonly thin: number;
}

/** One chain a data set, on one program: only its data change. */
export const bySampler =
  (gradient: DataGradient<Values>, sampler: SamplerSpec, plan: SamplerPlan, shouldStop: () => boolean): Analyse =>
  async (_, tensors, key) => {
    gradient.bind(tensors);
    const result = await runChains(gradient, key, {
      chains: 1,
      warmup: plan.warmup,
      draws: plan.draws * plan.thin,
      kernel: sampler.kernel,
      targetAcceptance: sampler.targetAcceptance,
      workers: 1,
      restEvery: 200,
      shouldStop,
    });
    if (result.interrupted) return undefined;
    const { gradients, divergences } = result;
    return { z: thinned(result.draws[0], gradient.size, plan.draws), gradients, divergences };
  };

/** A guide, fitted to every data set anew. */
export const byGuide =
  (
    model: Model,
    guide: GuideSpec,
    draws: number,
    options: { readonly fit: FitOptions; readonly engine: Engine; readonly coords: Coords },
  ): Analyse =>
  async (data, _, key) => {
    const { engine, coords } = options;
    const fitted = await fit(model as Model<unknown, Record<string, never>, unknown>, data as never, {
      ...options.fit,
      ...{ guide, engine, coords, seed: seedOf(key), draws: Math.max(2, draws), correct: false },
    });
    const size = fitted.unconstrained.shape[2];
    return { z: thinned(fitted.unconstrained.values, size, draws), gradients: fitted.gradients, divergences: 0 };
  };

const isPosterior = (made: object): made is { readonly draws: unknown; readonly unconstrained?: HostParameter } =>
  "draws" in made &&
  typeof (made as { draws: { shape?: unknown } }).draws === "object" &&
  (made as { draws: { shape?: unknown } }).draws.shape === undefined;

/** A method of the user's own. */
export const byFunction =
  (method: OwnMethod, draws: number): Analyse =>
  async (data, _, key) => {
    const made = await method(data, seedOf(key));
    if (typeof made !== "object" || made === null)
      fail(`calibrate: method: expected draws by name, or a posterior, got ${String(made)}`);
    const none = { gradients: 0, divergences: 0 };
    if (!isPosterior(made)) return { draws: made as Readonly<Record<string, Draws>>, ...none };
    if (!made.unconstrained) return { draws: made.draws as Readonly<Record<string, Draws>>, ...none };
    const { shape, values } = made.unconstrained;
    return { z: thinned(values, shape[2], draws), ...none };
  };
