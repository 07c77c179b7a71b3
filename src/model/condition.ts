import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Target, TargetFamily } from "../core/density.ts";
import { inDouble } from "../core/double.ts";
import type { Key } from "../core/key.ts";
import { fromHost, hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { map } from "../ops/map.ts";
import { type Centred, centredLatents } from "./centred.ts";
import { type Bound, bindData, type Coords, type DataFor, type HostData } from "./data.ts";
import { evaluate, settingOf, total, type Weighting } from "./evaluate.ts";
import { inspect } from "./inspect.ts";
import { inspectDiscrete } from "./inspectDiscrete.ts";
import { latentPlaces } from "./latents.ts";
import { type Layout, layoutOf, unconstrainWith } from "./layout.ts";
import { missingLabels, missingName } from "./missing.ts";
import { isModel, type Model } from "./model.ts";
import { normalLatents, normalPartAt } from "./normalPart.ts";
import { pointwiseAt, priorsAt } from "./pointwise.ts";
import { resolved } from "./resolve.ts";
import type { Axes, LatentSite, Site, Values } from "./site.ts";
import { type Start, startTensors } from "./start.ts";
import type { Setting } from "./walk.ts";

/** One quantity of a model: its shape, and what names its elements. */
export interface Quantity {
  readonly shape: Shape;
  readonly axes?: Axes;
  /** The labels of each axis, where its name does not give them. */
  readonly labels?: readonly (readonly string[])[];
}

/** A model with data: a density on ℝⁿ whose data are still inputs, and all that is known of its shapes. */
export interface Conditioned<L> extends TargetFamily<L, Values> {
  readonly model: string;
  readonly bound: Bound;
  readonly layout: Layout;
  /** The data as tensors in the precision in force; the caller disposes of them. */
  tensors(): Values;
  /** The latents whose prior could be written with `noncentred`, and is not. */
  readonly centred: readonly Centred[];
  /** Names and shapes of what `constrain` gives, latents first. */
  readonly quantities: Readonly<Record<string, Quantity>>;
  /**
   * What `constrain` gives, with discrete latents drawn given the continuous ones, where `constrain` takes the most probable.
   * @param z [count, size]. @param keys int32 [count, 2], one key a draw. Left out where the model has no discrete latent.
   */
  readonly drawn?: (z: Tensor, data: Values, keys: Tensor) => L;
  /**
   * The log density of every observation given the latents, by the name of its site: z [...batch, size] → [...batch, ...one per
   * observation]. The observations of a log joint are called "likelihood", where it gives them apart. Missing values have none. With
   * a discrete latent, which is summed out, there is one per element of the latent, and several sites that depend on it have the
   * name "x, y".
   */
  pointwise(z: Tensor, data: Values): Values;
  /** The log prior density of every latent on its own scale, without log-Jacobians: z [...batch, size] → [...batch]. */
  priors(z: Tensor, data: Values): Values;
  /** Latents on their own scale, by name, → the unconstrained vector. */
  unconstrain(latents: Start): Float64Array;
  /** The terms of the log density at one point, by the label of their site. */
  terms(z: Float64Array): Readonly<Record<string, number>>;
  /** The same with only observations along one axis weighted: for minibatches. */
  weighted(weighting: Weighting): TargetFamily<L, Values>;
}

/** A host value as a tensor in the precision in force. */
export const dataTensor = ({ values, shape, type }: HostData): Tensor =>
  type === "int" ? tf.tensor(Int32Array.from(values), [...shape], "int32") : fromHost(values, shape);

const tensorsOf = (bound: Bound): Values =>
  Object.fromEntries(Object.entries(bound.data).map(([name, host]) => [name, dataTensor(host)]));

/** Applies f to every draw of z [...batch, size]; f's tensors get the batch's axes in front. */
const overDraws = <Y>(f: (z: Tensor) => Y, z: Tensor, reshape: (y: Y, batch: Shape) => Y): Y => {
  const batch = z.shape.slice(0, -1);
  if (batch.length === 0) return f(z);
  return reshape(map(f, z.reshape([-1, z.shape[z.shape.length - 1]])), batch);
};

const spread = (x: Tensor, batch: Shape): Tensor => x.reshape([...batch, ...x.shape.slice(1)]);

const spreadAll = (record: Values, batch: Shape): Values =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, spread(x, batch)]));

/** The names of what is reported of a draw. */
const reportedNames = ({ sites }: Model, { missing }: Layout): string[] => [
  ...sites.filter((site) => ["latent", "parameter", "derived"].includes(site.role)).map(({ name }) => name),
  ...Object.keys(missing).map(missingName),
];

/** What is reported of one draw; discrete latents are drawn where a key is given. */
const reportOf = (model: Model, layout: Layout, data: Values, z: Tensor, key?: Key): Values => {
  const values = resolved(model.sites, settingOf(layout, z, data), key);
  return Object.fromEntries(reportedNames(model, layout).map((name) => [name, values[name]]));
};

interface Weighed {
  readonly weighting?: Weighting;
  /** The latents with normal priors that nothing unknown goes into. */
  readonly normals?: readonly LatentSite[];
}

const targetOf = <L>(
  model: Model,
  layout: Layout,
  data: Values,
  { weighting, normals = [] }: Weighed = {},
): Target<L> => ({
  size: layout.size,
  logDensity: (z) => overDraws((one) => total(evaluate(model.sites, layout, one, data, weighting)), z, spread),
  constrain: (z) => overDraws((one) => reportOf(model, layout, data, one), z, spreadAll) as L,
  latents: () => latentPlaces(model.sites, layout, data),
  ...(normals.length > 0 && {
    normalPart: () => normalPartAt(normals, layout, valuesAtZero(model.sites, layout, data)),
  }),
});

/** The values of all sites with every latent at the image of zero. */
const valuesAtZero = (sites: readonly Site[], layout: Layout, data: Values): Values =>
  resolved(sites, settingOf(layout, tf.zeros([layout.size]), data));

const derivedShapes = (sites: readonly Site[], target: Target<Values>, size: number): Record<string, Shape> =>
  tidy(() => {
    const made = target.constrain(tf.zeros([size]));
    return Object.fromEntries(
      sites.filter((site) => site.role === "derived").map(({ name }) => [name, made[name].shape]),
    );
  });

const centredOf = (sites: readonly Site[], layout: Layout, data: Values): Centred[] =>
  tidy(() => centredLatents(sites, valuesAtZero(sites, layout, data)));

const normalsOf = (sites: readonly Site[], layout: Layout, data: Values): LatentSite[] =>
  tidy(() => normalLatents(sites, layout, valuesAtZero(sites, layout, data), data));

/**
 * Binds data to a model.
 * @param coords labels of named axes, which then name the draws: theta[Choate].
 * @throws FluvialError where data, shapes, parameters or observations do not fit the model; it names the site.
 */
export const condition = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  coords: Coords = {},
): Conditioned<L & G> => {
  const plain = model as unknown as Model;
  if (!isModel(plain)) fail(`expected a model, as model("…") or logJoint(…) makes, got ${typeof model}`);
  const latents = plain.sites.filter((site) => site.role === "latent" || site.role === "parameter");
  if (latents.length === 0) fail(`${plain.name}: the model has no latent; there is nothing to infer`);
  const bound = bindData(plain, data as DataFor<Record<string, Tensor>>, coords);
  const inTensors = <T>(f: (values: Values) => T): T =>
    inDouble(() => {
      const values = tensorsOf(bound);
      try {
        return f(values);
      } finally {
        tf.dispose(values as tf.TensorContainerObject);
      }
    });
  const layout = inTensors((values) => naming(plain.name, () => layoutOf(plain.sites, bound, values)));
  if (layout.size === 0)
    fail(`${plain.name}: every latent is discrete; with no continuous one there is no density to infer by gradients`);
  inTensors((values) =>
    naming(plain.name, () => {
      inspectDiscrete(plain.sites, layout, values);
      inspect(plain.sites, layout, bound, values);
    }),
  );
  const derived = inTensors((values) => derivedShapes(plain.sites, targetOf(plain, layout, values), layout.size));
  const centred = inTensors((values) => centredOf(plain.sites, layout, values));
  const normals = inTensors((values) => normalsOf(plain.sites, layout, values));
  const axesOf = (name: string): Axes | undefined => {
    const site = plain.sites.find((s) => s.name === name);
    return site && "axes" in site ? site.axes : undefined;
  };
  const quantities: Record<string, Quantity> = Object.fromEntries([
    ...latents.map(({ name }) => {
      const { shape } = layout.latents[name] ?? layout.discrete[name];
      return [name, { shape, axes: axesOf(name) }] as const;
    }),
    ...Object.entries(layout.missing).map(([name, gaps]) => {
      const labels = [missingLabels(gaps, axesOf(name), bound.coords)];
      return [missingName(name), { shape: [gaps.places.length], labels }] as const;
    }),
    ...Object.entries(derived).map(([name, shape]) => [name, { shape, axes: axesOf(name) }] as const),
  ]);
  const perDraw = (f: (sites: readonly Site[], setting: Setting) => Values, z: Tensor, data: Values): Values =>
    overDraws((one) => f(plain.sites, settingOf(layout, one, data)), z, spreadAll);
  return {
    model: plain.name,
    size: layout.size,
    bound,
    layout,
    quantities,
    centred,
    drawn:
      Object.keys(layout.discrete).length === 0
        ? undefined
        : (z, values, keys) =>
            map(({ one, key }: { one: Tensor; key: Tensor }) => reportOf(plain, layout, values, one, key as Key), {
              one: z,
              key: keys,
            }) as L & G,
    pointwise: (z, values) => perDraw(pointwiseAt, z, values),
    priors: (z, values) => perDraw(priorsAt, z, values),
    tensors: () => tensorsOf(bound),
    at: (values) => targetOf(plain, layout, values, { normals }),
    weighted: (weighting) => ({
      size: layout.size,
      at: (values) => targetOf(plain, layout, values, { weighting, normals }),
    }),
    unconstrain: (given) =>
      inTensors((values) =>
        tidy(() => {
          const latents = startTensors(plain.name, layout, given);
          return hostValues(unconstrainWith(plain.sites, layout, bound, values, latents));
        }),
      ),
    terms: (z) =>
      inTensors((values) =>
        tidy(() => {
          const { terms } = evaluate(plain.sites, layout, fromHost(z, [layout.size]), values);
          return Object.fromEntries(Object.entries(terms).map(([label, x]) => [label, x.dataSync()[0]]));
        }),
      ),
  };
};

/** Puts a name, such as that of the model, before an error that names a site. */
export const naming = <T>(model: string, f: () => T): T => {
  try {
    return f();
  } catch (error) {
    if (error instanceof Error) error.message = `${model}: ${error.message}`;
    throw error;
  }
};
