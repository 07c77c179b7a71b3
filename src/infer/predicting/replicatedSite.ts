import { fail } from "../../core/check.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Bound } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import { type Draws, scalarNames } from "../../posterior/draws.ts";
import type { SiteCheck } from "../../posterior/predictive.ts";
import { labelsOf, presentOf } from "./logLikelihood.ts";

/** One observed site beside replications of it. */
export type ReplicatedSite = Pick<SiteCheck, "observed" | "shape" | "names" | "replicated">;

const take = (values: Float64Array, places: readonly number[] | undefined): Float64Array =>
  places ? Float64Array.from(places, (place) => values[place]) : values;

/** The observed and the replicated values of one site, without those that are missing. */
export const replicatedSite = (who: string, model: Model, bound: Bound, name: string, draws: Draws): ReplicatedSite => {
  const host = bound.data[name];
  const places = presentOf(host);
  const shape: Shape = places ? [places.length] : host.shape;
  const [width, count] = [sizeOf(host.shape), draws.shape[0] * draws.shape[1]];
  if (draws.values.length !== width * count)
    fail(`${who}: expected replications of "${name}" of ${width} values each, got ${draws.values.length / count}`);
  const values = new Float64Array(count * sizeOf(shape));
  for (let i = 0; i < count; i++)
    values.set(take(draws.values.subarray(i * width, (i + 1) * width), places), i * sizeOf(shape));
  const coords = labelsOf(model, bound, name, shape);
  const replicated = { shape: [1, count, ...shape], values, coords };
  return { observed: take(host.values, places), shape, names: scalarNames(name, replicated), replicated };
};
