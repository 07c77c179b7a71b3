import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { HostKey } from "../core/key.ts";
import { sizeOf } from "../core/shape.ts";
import { hostValues, type Scalar, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { dataTensor } from "../model/condition.ts";
import { type Bound, bindData, type Coords, type DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { simulateOnce } from "../model/simulate.ts";
import type { Axes, Values } from "../model/site.ts";
import { map } from "../ops/map.ts";
import { fold, key as keyOf, splitMany } from "../ops/random.ts";
import type { Draws, DrawsOf } from "../posterior/draws.ts";
import type { Posterior } from "../posterior/posterior.ts";
import { verbKey } from "./verbKey.ts";

export interface PredictOptions {
  readonly seed?: number;
  /** Draws to make; 1,000 from the prior unless said, and one per posterior draw unless said. */
  readonly draws?: number;
  readonly coords?: Coords;
  readonly engine?: Engine;
}

const optionNames = ["seed", "draws", "coords", "engine"];
/** Draws simulated in one go. */
const block = 250;

/** One growing column of values per quantity. */
interface Columns {
  [name: string]: { readonly shape: readonly number[]; readonly values: Float64Array };
}

const store = (columns: Columns, made: Values, from: number, total: number): void => {
  for (const [name, x] of Object.entries(made)) {
    const shape = x.shape.slice(1);
    columns[name] ??= { shape, values: new Float64Array(total * sizeOf(shape)) };
    const room = (total - from) * sizeOf(shape);
    columns[name].values.set(hostValues(x).subarray(0, room), from * sizeOf(shape));
  }
};

const axesOf = (model: Model, name: string): Axes | undefined => {
  const site = model.sites.find((s) => s.name === name);
  return site && "axes" in site ? site.axes : undefined;
};

const toDraws = (
  model: Model,
  columns: Columns,
  coords: Coords,
  lead: readonly [number, number],
): Record<string, Draws> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, { shape, values }]) => {
      const axes = axesOf(model, name);
      const labels = shape.map((_, i) => (typeof axes?.[i] === "string" ? coords[axes[i]] : undefined));
      return [name, { shape: [...lead, ...shape], values, coords: labels }];
    }),
  );

/** Simulates [chains, draws] in blocks; the latents of a block come from `latentsAt`. */
const run = (
  model: Model,
  bound: Bound,
  engine: Engine,
  key: HostKey,
  lead: readonly [chains: number, draws: number],
  latentsAt?: (from: number, count: number) => Values,
): Record<string, Draws> => {
  const columns: Columns = {};
  const total = lead[0] * lead[1];
  const tensors = engine.compile(() =>
    Object.fromEntries(Object.entries(bound.data).map(([name, host]) => [name, dataTensor(host)])),
  )();
  const count = Math.min(block, total);
  const simulated = engine.compile((data: Values, given: Values, from: Scalar) => {
    const keys = splitMany(fold(keyOf(key), from), count);
    return map(
      ({ key: one, latents: known }: { key: Tensor; latents: Values }) =>
        simulateOnce({ sites: model.sites, bound, data, latents: latentsAt ? known : undefined }, one as never),
      { key: keys, latents: given },
    );
  });
  const simulate = (from: number): void => {
    const latents = latentsAt?.(from, count) ?? {};
    const begin = engine.tensor([from], [], "int") as Scalar;
    try {
      const made = simulated(tensors, latents, begin);
      store(columns, made, from, total);
      disposeTree(made);
    } finally {
      disposeTree([latents, begin]);
    }
  };
  try {
    for (let from = 0; from < total; from += block) simulate(from);
  } finally {
    disposeTree(tensors);
  }
  return toDraws(model, columns, bound.coords, lead);
};

/**
 * Draws of latents, derived quantities and observations from the prior. Observed data may be left out; where they are given, only
 * their shapes count.
 * @throws FluvialError where data do not fit, or the model has a part that cannot be drawn from.
 */
export const priorPredictive = <L, D, G>(
  model: Model<L, D, G>,
  data: Partial<DataFor<D>>,
  options: PredictOptions = {},
): DrawsOf<L & D & G> => {
  checkOptions("priorPredictive", options, optionNames);
  const { seed = 0, draws = 1_000, coords = {}, engine = defaultEngine() } = options;
  checkCount("priorPredictive: draws", draws);
  const plain = model as unknown as Model;
  const bound = bindData(plain, data as Partial<DataFor<Record<string, Tensor>>>, coords, true);
  return run(plain, bound, engine, verbKey("priorPredictive", seed), [1, draws]) as unknown as DrawsOf<L & D & G>;
};

/** Rows from … from + count − 1; past the end the last one again, so that every block has the same shape. */
const rowsFrom = (values: Float64Array, from: number, count: number, width: number): Float64Array => {
  const rows = new Float64Array(count * width);
  const last = values.length - width;
  for (let i = 0; i < count; i++) {
    const at = Math.min((from + i) * width, last);
    rows.set(values.subarray(at, at + width), i * width);
  }
  return rows;
};

/** Row `i` of each latent's draws, for i from `from`, as tensors with a leading axis. */
const latentBlock = (
  engine: Engine,
  names: readonly string[],
  draws: Readonly<Record<string, Draws>>,
  from: number,
  count: number,
): Values =>
  Object.fromEntries(
    names.map((name) => {
      const { shape, values } = draws[name];
      const event = shape.slice(2);
      const width = sizeOf(event);
      return [name, engine.tensor(rowsFrom(values, from, count, width), [count, ...event])];
    }),
  );

/** Every n-th draw, so that `count` of `total` are spread over all chains. */
const thinned = (draws: Draws, rows: readonly number[]): Draws => {
  const event = draws.shape.slice(2);
  const width = sizeOf(event);
  const values = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(draws.values.subarray(row * width, (row + 1) * width), i * width);
  return { shape: [1, rows.length, ...event], values, coords: draws.coords };
};

/**
 * Draws of the observations at the latents of a posterior: what the fitted model would produce. [chains, draws, ...] as the posterior has
 * them, or [1, draws, ...] where fewer are asked for.
 * @param data the data of the fit, or new ones of other lengths along axes that no latent has.
 * @throws FluvialError where data do not fit, or the model cannot be simulated.
 */
export const posteriorPredictive = <L, D, G>(
  model: Model<L, D, G>,
  data: Partial<DataFor<D>>,
  posterior: Pick<Posterior<L>, "draws" | "model">,
  options: PredictOptions = {},
): DrawsOf<L & D & G> => {
  checkOptions("posteriorPredictive", options, optionNames);
  const plain = model as unknown as Model;
  const { seed = 0, coords = {}, engine = defaultEngine() } = options;
  const all = posterior.draws as unknown as Readonly<Record<string, Draws>>;
  const names = plain.sites
    .filter((site) => site.role === "latent" || site.role === "parameter")
    .map(({ name }) => name);
  const missing = names.find((name) => !all[name]);
  if (missing)
    fail(`posteriorPredictive: the posterior of "${posterior.model}" has no "${missing}", which "${plain.name}" needs`);
  const [chains, each] = all[names[0]].shape;
  const total = options.draws ?? chains * each;
  checkCount("posteriorPredictive: draws", total);
  if (total > chains * each)
    fail(`posteriorPredictive: asked for ${total} draws, but the posterior has ${chains * each}`);
  const rows = Array.from({ length: total }, (_, i) => Math.floor((i * chains * each) / total));
  const draws = Object.fromEntries(names.map((name) => [name, thinned(all[name], rows)]));
  const bound = bindData(plain, data as Partial<DataFor<Record<string, Tensor>>>, coords, true);
  const lead = total === chains * each ? ([chains, each] as const) : ([1, total] as const);
  return run(plain, bound, engine, verbKey("posteriorPredictive", seed), lead, (from, count) =>
    latentBlock(engine, names, draws, from, count),
  ) as unknown as DrawsOf<L & D & G>;
};
