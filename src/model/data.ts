import * as tf from "#tfjs";
import { fail, suggest } from "../core/check.ts";
import { indexFromOne, sameShape, showShape, sizeOf } from "../core/shape.ts";
import { hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import type { Model } from "./model.ts";
import { recordOf } from "./record.ts";
import type { DataSite, ObservedSite, Site } from "./site.ts";

type Nested = number | readonly Nested[];

/** What a user may give for a variable: a number, nested lists, a typed array, a tensor, or values with a shape. */
type Whole =
  | Nested
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint8Array
  | Tensor
  | { readonly values: ArrayLike<number>; readonly shape: Shape };

type NestedWithGaps = number | null | undefined | readonly NestedWithGaps[];

/** An observation of which some values are missing, as `missing` makes it and as JSON may say it: { missing: [1.2, null] }. */
export interface WithGaps {
  readonly missing: NestedWithGaps | Exclude<Whole, Nested>;
}

/** The same, or `missing(…)` of it, where some values of an observation are to be imputed. */
export type DataValue = Whole | WithGaps;

/** Data for a model that declares D. */
export type DataFor<D> = { readonly [N in keyof D]: DataValue };

/** Labels of named axes: { J: ["Choate", "Deerfield", …] }. */
export type Coords = Readonly<Record<string, readonly string[]>>;

/** One variable on the host, in double. */
export interface HostData {
  readonly values: Float64Array;
  readonly shape: Shape;
  readonly type: "real" | "int";
  /** The places of missing values, row by row; `values` holds zeros there. */
  readonly missing?: readonly number[];
}

/** Data that fit a model, and the lengths of its named axes. */
export interface Bound {
  readonly data: Readonly<Record<string, HostData>>;
  readonly sizes: Readonly<Record<string, number>>;
  readonly coords: Coords;
}

export type DataLike = DataSite | ObservedSite;

export const isData = (site: Site): site is DataLike => site.role === "data" || site.role === "observed";

/** Whether a user gives the values. */
const isGiven = (site: Site): site is DataLike => isData(site) && !site.computed;

/** What to do with missing values. */
const wrapIt = "a missing value; leave its row out, or give the observation as missing([…]) to impute it";

const flatten = (who: string, value: Nested, at: number[] = []): { values: number[]; shape: number[] } => {
  if (typeof value === "number") return { values: [value], shape: [] };
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    const where = at.length ? ` at [${at.map((i) => i + 1).join(",")}]` : "";
    const came = value === null ? `null (${wrapIt})` : typeof value === "string" ? `"${value}"` : typeof value;
    return fail(`${who}: expected numbers, got ${came}${where}`);
  }
  const parts = Array.from(value as readonly Nested[], (part, i) => flatten(who, part, [...at, i]));
  const inner = parts[0]?.shape ?? [];
  const odd = parts.findIndex((part) => !sameShape(part.shape, inner));
  if (odd > 0)
    fail(
      `${who}: expected rows of one shape, got ${showShape(parts[odd].shape)} at row ${odd + 1} after ${showShape(inner)}`,
    );
  return { values: parts.flatMap((part) => part.values), shape: [parts.length, ...inner] };
};

/** What a record of the user's holds under a name: its own, not what every object inherits, such as "constructor". */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const withNaN = (value: unknown): unknown => {
  if (value === null || value === undefined) return Number.NaN;
  return Array.isArray(value) ? value.map(withNaN) : value;
};

/**
 * An observation of which some values are missing: NaN, null or undefined. They become latents: those of `y` are `y_missing`, each
 * named after its place, as in y_missing[3].
 * @example await sample(growth, { y: missing([1.2, null, 0.7]) })
 */
export const missing = (values: WithGaps["missing"]): WithGaps => ({ missing: values });

const hasGaps = (value: unknown): value is WithGaps =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "missing");

const isShaped = (x: Whole): x is { values: ArrayLike<number>; shape: Shape } =>
  typeof x === "object" &&
  x !== null &&
  "values" in x &&
  "shape" in x &&
  !(x instanceof tf.Tensor) &&
  !Array.isArray(x) &&
  !ArrayBuffer.isView(x);

const read = (who: string, value: Whole): { values: Float64Array; shape: Shape } => {
  if (value instanceof tf.Tensor) return { values: hostValues(value), shape: value.shape };
  if (isShaped(value)) {
    const values = Float64Array.from(value.values);
    if (values.length !== sizeOf(value.shape))
      fail(`${who}: expected ${sizeOf(value.shape)} values for shape ${showShape(value.shape)}, got ${values.length}`);
    return { values, shape: [...value.shape] };
  }
  if (ArrayBuffer.isView(value))
    return { values: Float64Array.from(value as Float64Array), shape: [(value as Float64Array).length] };
  const { values, shape } = flatten(who, value as Nested);
  return { values: Float64Array.from(values), shape };
};

const place = (flat: number, shape: Shape): string =>
  shape.length ? ` at [${indexFromOne(flat, shape).join(",")}]` : "";

const checkValues = (
  who: string,
  { values, shape }: { values: Float64Array; shape: Shape },
  type: "real" | "int",
): void => {
  if (values.length === 0) fail(`${who} is empty: expected at least one value, got shape ${showShape(shape)}`);
  const gap = values.findIndex((x) => Number.isNaN(x));
  if (gap >= 0) fail(`${who} is NaN${place(gap, shape)}: ${wrapIt}`);
  const broken = type === "int" ? values.findIndex((x) => !Number.isInteger(x)) : -1;
  if (broken >= 0) fail(`${who}: expected whole numbers, got ${values[broken]}${place(broken, shape)}`);
  const wide = type === "int" ? values.findIndex((x) => x < -(2 ** 31) || x >= 2 ** 31) : -1;
  if (wide >= 0)
    fail(
      `${who}: expected whole numbers from -2^31 to 2^31 - 1, got ${values[wide]}${place(wide, shape)}; declare it real`,
    );
};

const showAxes = (site: DataLike): string => `[${(site.axes ?? []).join(", ")}]`;

/** The values of an observation with zeros in its gaps, and their places. @throws FluvialError where they are no observation's. */
const readGaps = (who: string, site: DataLike, given: WithGaps): Omit<HostData, "type"> => {
  if (site.role === "data")
    fail(
      `${who} has no distribution to impute missing values from; declare it with one, as in observe("${site.name}", normal(0, 1), …)`,
    );
  const { values, shape } = read(who, withNaN(given.missing) as Whole);
  const places = Array.from(values.keys()).filter((i) => Number.isNaN(values[i]));
  if (places.length === values.length) fail(`${who} has no value that is not missing`);
  return places.length === 0 ? { values, shape } : { values: values.map((x) => x || 0), shape, missing: places };
};

/** Checks a shape against axes and records the lengths of the named ones. */
const unify = (who: string, site: DataLike, shape: Shape, sizes: Record<string, number>): void => {
  const axes = site.axes;
  if (!axes) return;
  if (axes.length !== shape.length)
    fail(
      `${who}: expected ${axes.length === 0 ? "a scalar" : `axes ${showAxes(site)}`}, got shape ${showShape(shape)}`,
    );
  axes.forEach((axis, i) => {
    const expected = typeof axis === "number" ? axis : sizes[axis];
    if (expected !== undefined && expected !== shape[i])
      fail(
        `${who}: expected length ${expected} for axis ${typeof axis === "number" ? i + 1 : `"${axis}"`}, got shape ${showShape(shape)}`,
      );
    if (typeof axis === "string") sizes[axis] = shape[i];
  });
};

const namedAxes = (sites: readonly Site[]): string[] => [
  ...new Set(
    sites.flatMap((site) => ("axes" in site ? (site.axes ?? []) : [])).filter((axis) => typeof axis === "string"),
  ),
];

/** Refuses names the model does not know; the length of a named axis may be given with the data, as Stan data files do. */
const checkExtra = (model: Model, data: Readonly<Record<string, DataValue>>, sizes: Record<string, number>): void => {
  const known = model.sites.filter(isGiven).map((site) => site.name);
  const axes = namedAxes(model.sites);
  for (const name of Object.keys(data)) {
    if (known.includes(name)) continue;
    if (axes.includes(name) && typeof data[name] === "number") {
      sizes[name] = data[name];
      if (!Number.isInteger(data[name]) || data[name] < 1)
        fail(`${model.name}: the length of axis "${name}" must be a whole number above 0, got ${data[name]}`);
      continue;
    }
    const latent = model.sites.find((site) => site.name === name);
    if (latent) fail(`${model.name}: "${name}" is ${latent.role}, not data`);
    fail(
      `${model.name}: unknown data "${name}"${suggest(name, known)}; the model takes ${known.join(", ") || "no data"}`,
    );
  }
};

const checkCoords = (model: Model, coords: Coords, sizes: Readonly<Record<string, number>>): void => {
  const axes = namedAxes(model.sites);
  for (const [axis, labels] of Object.entries(coords)) {
    if (!axes.includes(axis)) fail(`${model.name}: coords name an unknown axis "${axis}"${suggest(axis, axes)}`);
    if (sizes[axis] !== undefined && labels.length !== sizes[axis])
      fail(`${model.name}: expected ${sizes[axis]} labels for axis "${axis}", got ${labels.length}`);
    const twice = labels.find((label, i) => labels.indexOf(label) !== i);
    if (twice !== undefined) fail(`${model.name}: coords name two rows of axis "${axis}" "${twice}"`);
  }
};

/** A copy, which later changes of the caller's do not reach. */
const copyCoords = (coords: Coords): Coords =>
  Object.assign(
    recordOf<readonly string[]>(),
    Object.fromEntries(Object.entries(coords).map(([axis, labels]) => [axis, [...labels]])),
  );

/**
 * Data on the host, checked against what a model declares.
 * @param predicting whether observations may be left out.
 * @throws FluvialError for missing or unknown names, wrong shapes, NaN, and lengths that contradict each other.
 */
export const bindData = <D>(
  model: Model<never, D, never> | Model,
  data: Partial<DataFor<D>>,
  coords: Coords = {},
  predicting = false,
): Bound => {
  const given = data as Readonly<Record<string, DataValue>>;
  const plain = model as Model;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    fail(`${plain.name}: expected data as an object of named values, got ${given === null ? "null" : typeof given}`);
  const sizes = recordOf<number>();
  checkExtra(plain, given, sizes);
  const host = recordOf<HostData>();
  for (const site of plain.sites.filter(isData)) {
    const who = `${plain.name}: data "${site.name}"`;
    const came = site.bind ? site.bind(own(given, site.name), { data: host, sizes }) : own(given, site.name);
    if (came === undefined) {
      if (predicting && site.role === "observed") continue;
      return fail(
        `${who} is missing; the model takes ${plain.sites
          .filter(isGiven)
          .map((s) => s.name)
          .join(", ")}`,
      );
    }
    const type = site.role === "data" ? site.type : "real";
    const value = hasGaps(came) ? readGaps(who, site, came) : read(who, came);
    checkValues(who, value, type);
    unify(who, site, value.shape, sizes);
    host[site.name] = { ...value, type };
  }
  checkCoords(plain, coords, sizes);
  for (const site of plain.sites.filter(isData)) site.check?.({ data: host, sizes });
  return { data: host, sizes, coords: copyCoords(coords) };
};
