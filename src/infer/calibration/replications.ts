import { fail } from "../../core/check.ts";
import { foldHostKey, type HostKey } from "../../core/key.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Bound, bindData, type Coords, type DataFor, type DataValue } from "../../model/data.ts";
import { missingName } from "../../model/missing.ts";
import type { Model } from "../../model/model.ts";
import type { Draws } from "../../posterior/draws.ts";
import { priorPredictive } from "../predict.ts";
import { verbKey } from "../verbKey.ts";

/** Data of any model. */
export type AnyData = DataFor<Record<string, Tensor>>;

type Nested = number | readonly Nested[] | Float64Array;

/** True values with the data that they produced. */
export interface Truth {
  /** Latents, and whatever else is to be ranked, by name, on their own scale. */
  readonly values: Readonly<Record<string, Nested>>;
  readonly data: Readonly<Record<string, DataValue>>;
}

/** One data set: what was drawn from the prior, and the data to infer it from. */
export interface Replication {
  readonly truth: Readonly<Record<string, Float64Array>>;
  readonly data: AnyData;
}

/** Data sets by their number. */
export type Replications = (index: number) => Replication;

/** A key as a seed: 53 of its bits. */
export const seedOf = ([low, high]: HostKey): number => (low >>> 0) + (high & 0x1fffff) * 2 ** 32;

const flat = (value: Nested): number[] =>
  typeof value === "number" ? [value] : Array.from(value as readonly Nested[]).flatMap((part) => flat(part));

const rowOf = (
  { shape, values }: Draws,
  index: number,
): { readonly values: Float64Array; readonly shape: number[] } => {
  const event = shape.slice(2);
  const width = sizeOf(event);
  return { values: values.slice(index * width, (index + 1) * width), shape: event };
};

/** The names that a model wants data for. */
const dataNames = ({ sites }: Model): string[] => [
  ...new Set(
    sites
      .filter((site) => (site.role === "data" || site.role === "observed") && !site.computed)
      .map(({ name }) => name),
  ),
];

/** A simulated observation with the gaps of the one that was given, and what would have stood there. */
const withGaps = (
  row: ReturnType<typeof rowOf>,
  places: readonly number[],
): { readonly value: DataValue; readonly gone: Float64Array } => {
  const values = row.values.slice();
  for (const place of places) values[place] = Number.NaN;
  return {
    value: { missing: { values, shape: row.shape } },
    gone: Float64Array.from(places, (place) => row.values[place]),
  };
};

/** Draws of the prior with the data they produce. @throws FluvialError where the model has a part that cannot be drawn from. */
const fromPrior = (
  prior: Model,
  model: Model,
  given: AnyData,
  options: { readonly count: number; readonly seed: number; readonly coords: Coords; readonly engine: Engine },
): Replications => {
  const { count, seed, coords, engine } = options;
  const drawn = priorPredictive(prior as Model<Record<string, Tensor>, Record<string, Tensor>>, given, {
    draws: count,
    seed,
    coords,
    engine,
  }) as Readonly<Record<string, Draws>>;
  const bound: Bound = bindData(prior as Model<Record<string, Tensor>, Record<string, Tensor>>, given, coords, true);
  const wanted = dataNames(model);
  const simulated = wanted.filter((name) => drawn[name]);
  if (prior !== model && simulated.length === 0 && wanted.length > 0)
    fail(`calibrate: "${prior.name}" simulates none of the data of "${model.name}" (${wanted.join(", ")})`);
  const others = Object.keys(drawn).filter((name) => !wanted.includes(name));
  return (index) => {
    const truth: Record<string, Float64Array> = {};
    const data: Record<string, DataValue> = { ...given };
    for (const name of others) truth[name] = rowOf(drawn[name], index).values;
    for (const name of simulated) {
      const row = rowOf(drawn[name], index);
      const places = bound.data[name]?.missing;
      const { value, gone } = places ? withGaps(row, places) : { value: row, gone: undefined };
      data[name] = value;
      if (gone) truth[missingName(name)] = gone;
    }
    return { truth, data: data as AnyData };
  };
};

/** What draws true values and data: a model, or a function of a seed. */
export type TruthSource = Model | ((seed: number) => Truth);

/**
 * True values and data, replication by replication: draws of the prior of the model itself unless `source` says where from.
 * @throws FluvialError where neither can be drawn.
 */
export const replicationsOf = (
  model: Model,
  given: AnyData,
  source: TruthSource | undefined,
  options: { readonly count: number; readonly seed: number; readonly coords: Coords; readonly engine: Engine },
): Replications => {
  if (typeof source === "function")
    return (index) => {
      const { values, data } = source(seedOf(foldHostKey(verbKey("calibrate", options.seed), index)));
      const truth = Object.entries(values).map(([name, value]) => [name, Float64Array.from(flat(value))] as const);
      return { truth: Object.fromEntries(truth), data: { ...given, ...data } as AnyData };
    };
  const raw = source === undefined && model.sites.some(({ role }) => role === "joint" || role === "factor");
  if (raw)
    fail(
      `calibrate: "${model.name}" has a density without a way to draw from it; say what draws the truth: ` +
        `truth: another model, or a function (seed) => ({ values, data })`,
    );
  return fromPrior(source ?? model, model, given, options);
};
