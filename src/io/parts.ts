import { fail } from "../core/check.ts";
import { type Draws, type DrawsOf, scalarNames } from "../posterior/draws.ts";
import type {
  ChainEnd,
  DrawPlace,
  HostParameter,
  MetricValues,
  Plain,
  Reweighting,
  Row,
} from "../posterior/posterior.ts";
import { array, checkShape, vector } from "./array.ts";
import {
  type Codec,
  type FieldsOf,
  fields,
  flag,
  isObject,
  list,
  number,
  optional,
  orNull,
  record,
  refuse,
  text,
  whole,
  word,
} from "./codec.ts";
import { plainRecord } from "./plain.ts";

/** What every posterior has, apart from its draws' names. */
export interface Common {
  readonly model: string;
  readonly method: string;
  readonly seed: number;
  readonly engine: string;
  readonly seconds: number;
  readonly gradients: number;
  readonly options: Readonly<Record<string, Plain>>;
  readonly fingerprint: string;
  readonly draws: DrawsOf<Record<string, unknown>>;
  readonly unconstrained: HostParameter;
  readonly rows: readonly Row[];
  readonly verdict: string;
}

const labels: Codec<readonly (readonly string[] | undefined)[]> = list(orNull(list(text)));

/** The labels of an event's axes, as many as the axis is long. */
const checkLabels = (where: string, { shape, coords }: Draws): void => {
  const event = shape.slice(2);
  if (coords.length > event.length) fail(`${where}: expected labels for ${event.length} axes, got ${coords.length}`);
  coords.forEach((axis, i) => {
    if (axis && axis.length !== event[i]) fail(`${where}[${i}]: expected ${event[i]} labels, got ${axis.length}`);
  });
};

/** Draws of one quantity: an array [chains, draws, ...event], and a list of labels or null for each axis of the event. */
export const draws: Codec<Draws> = {
  write: ({ coords, ...values }) => ({ ...(array.write(values) as object), coords: labels.write(coords) }),
  read: (json, where) => {
    if (!isObject(json)) return refuse(where, "draws, { shape, float64, coords }", json);
    const coords = json.coords === undefined ? [] : labels.read(json.coords, `${where}.coords`);
    const quantity = { ...array.read(json, where), coords };
    const [chains = 0, count = 0] = quantity.shape;
    if (chains < 1 || count < 1)
      fail(`${where}.shape: expected [chains, draws, …] of at least one draw, got [${quantity.shape.join(", ")}]`);
    checkLabels(`${where}.coords`, quantity);
    return quantity;
  },
};

export const allDraws: Codec<DrawsOf<Record<string, unknown>>> = record(draws);

/** @throws FluvialError unless all quantities have as many chains and draws. */
export const checkDraws = (
  where: string,
  quantities: DrawsOf<Record<string, unknown>>,
  expected?: readonly number[],
): void => {
  const all = Object.entries<Draws>(quantities);
  if (all.length === 0) fail(`${where}: expected draws of at least one quantity, got none`);
  const wanted = expected ?? all[0][1].shape.slice(0, 2);
  for (const [name, { shape }] of all) checkShape(`${where}.${name}.shape`, shape, [...wanted, ...shape.slice(2)]);
};

const row: Codec<Row> = fields<Row>({
  name: text,
  mean: number,
  sd: number,
  q5: number,
  q50: number,
  q95: number,
  mcse: optional(number),
  mcseSd: optional(number),
  mcseQ5: optional(number),
  mcseQ50: optional(number),
  mcseQ95: optional(number),
  rhat: optional(number),
  essBulk: optional(number),
  essTail: optional(number),
  corrected: optional(flag),
  khat: optional(number),
});

export const common: FieldsOf<Common> = {
  model: text,
  method: text,
  seed: whole(),
  engine: text,
  seconds: number,
  gradients: number,
  options: plainRecord,
  fingerprint: text,
  draws: allDraws,
  unconstrained: array,
  rows: list(row),
  verdict: text,
};

/** @throws FluvialError unless the parts of a posterior go together. */
export const checkCommon = (where: string, { draws: quantities, unconstrained, rows }: Common): void => {
  const [chains, count, size] = unconstrained.shape;
  if (unconstrained.shape.length !== 3 || !(chains > 0 && count > 0 && size > 0))
    fail(`${where}.unconstrained.shape: expected [chains, draws, size], got [${unconstrained.shape.join(", ")}]`);
  checkDraws(`${where}.draws`, quantities, [chains, count]);
  const names = Object.entries<Draws>(quantities).flatMap(([name, quantity]) => scalarNames(name, quantity));
  if (names.length !== rows.length || rows.some(({ name }, i) => name !== names[i]))
    fail(
      `${where}.rows: expected one for each of ${names.length} scalars, in the order of the draws, got ${rows.length}`,
    );
};

export const reweighting: Codec<Reweighting> = fields<Reweighting>({
  applied: flag,
  reason: optional(text),
  ess: number,
  uncorrected: list(text),
});

const kindOfMetric = word("diagonal", "dense");
const diagonal = fields<Extract<MetricValues, { kind: "diagonal" }>>({ kind: word("diagonal"), variances: vector });
const dense = fields<Extract<MetricValues, { kind: "dense" }>>({ kind: word("dense"), covariance: vector });

export const metric: Codec<MetricValues> = {
  write: (value) => (value.kind === "dense" ? dense.write(value) : diagonal.write(value)),
  read: (json, where) => {
    const kind = kindOfMetric.read(isObject(json) ? json.kind : undefined, `${where}.kind`);
    return kind === "dense" ? dense.read(json, where) : diagonal.read(json, where);
  },
};

/** Two words of 32 bits. */
const key: Codec<readonly [number, number]> = {
  write: (value) => [...value],
  read: (json, where) => {
    const words = Array.isArray(json) ? json : [];
    if (words.length !== 2 || !words.every((each) => Number.isInteger(each) && (each | 0) === each))
      return refuse(where, "two whole numbers of 32 bits", json);
    return [words[0], words[1]];
  },
};

export const chainEnd: Codec<ChainEnd> = fields<ChainEnd>({
  position: vector,
  logDensity: optional(number),
  stepSize: number,
  metric,
  drawsDone: whole(),
  key,
  memory: optional(vector),
});

export const drawPlace: Codec<DrawPlace> = fields<DrawPlace>({ chain: whole(), draw: whole() });

export const report: Codec<Readonly<Record<string, readonly number[]>>> = record(list(number));
