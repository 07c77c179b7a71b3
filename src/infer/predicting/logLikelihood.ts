import { checkOptions, fail, suggest } from "../../core/check.ts";
import { indexFromOne, range, sizeOf } from "../../core/shape.ts";
import type { LogLikelihood } from "../../diagnostics/elpd.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Bound, Coords, DataFor, HostData } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Axes } from "../../model/site.ts";
import type { Draws } from "../../posterior/draws.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { conditionAgain, type Inferred } from "../inferred.ts";
import { type Column, perDraw } from "./perDraw.ts";

export interface LogLikelihoodOptions {
  /** The observed sites that count, or one of them; all unless said. */
  readonly site?: string | readonly string[];
  /** Labels of named axes: y[Choate] in place of y[1]. */
  readonly coords?: Coords;
  readonly engine?: Engine;
}

const axesOf = (model: Model, name: string): Axes | undefined => {
  const site = model.sites.find((one) => one.role === "observed" && one.name === name);
  return site && "axes" in site ? site.axes : undefined;
};

/** Which values of an observation are there, row by row; undefined where all are. */
export const presentOf = ({ shape, missing }: HostData): readonly number[] | undefined => {
  if (!missing) return undefined;
  const gaps = new Set(missing);
  return range(sizeOf(shape)).filter((place) => !gaps.has(place));
};

/** Labels of the axes of an observation; where values are missing, of the places of the others. */
export const labelsOf = (
  model: Model,
  { data, coords }: Bound,
  name: string,
  shape: readonly number[],
): Draws["coords"] => {
  const axes = axesOf(model, name);
  const label = (axis: number): readonly string[] | undefined => {
    const called = axes?.[axis];
    return typeof called === "string" ? coords[called] : undefined;
  };
  const present = data[name] && presentOf(data[name]);
  if (!present || present.length !== shape[0] || shape.length !== 1) return shape.map((_, axis) => label(axis));
  const places = present.map((place) =>
    indexFromOne(place, data[name].shape)
      .map((i, axis) => label(axis)?.[i - 1] ?? String(i))
      .join(","),
  );
  return [places];
};

const chosen = (
  who: string,
  columns: Readonly<Record<string, Column>>,
  site: LogLikelihoodOptions["site"],
): readonly string[] => {
  const names = Object.keys(columns);
  if (site === undefined) return names;
  const wanted = typeof site === "string" ? [site] : site;
  const odd = wanted.find((name) => !names.includes(name));
  if (odd !== undefined || wanted.length === 0)
    fail(`${who}: there is no observed "${odd}"${suggest(odd ?? "", names)}; observed are ${names.join(", ")}`);
  return wanted;
};

const oneSum = "let its function return { prior, likelihood }, with one log density per observation";

const checkObserved = (who: string, model: Model, columns: Readonly<Record<string, Column>>): void => {
  const joint = model.sites.some((site) => site.role === "joint");
  const names = Object.keys(columns);
  if (names.length === 0)
    fail(
      joint
        ? `${who}: the log joint of "${model.name}" gives one number; ${oneSum}`
        : `${who}: "${model.name}" has no observed site; write observe("y", …) in place of a factor`,
    );
  if (joint && columns[names[0]].shape.length === 0)
    fail(`${who}: the likelihood of "${model.name}" is one sum; ${oneSum}`);
};

/** A hash of the observed values of sites; undefined where they are those of a raw log joint. */
const observedHash = (model: Model, { data }: Bound, names: readonly string[]): string | undefined => {
  const parts = names.flatMap((name) => name.split(", ")).sort();
  const known = parts.every((name) => data[name] && model.sites.some((s) => s.role === "observed" && s.name === name));
  return known
    ? fingerprintOf({ data: Object.fromEntries(parts.map((name, i) => [String(i), data[name]])) })
    : undefined;
};

/** Log likelihoods by site, and a hash of what was observed. */
export interface Evidence {
  readonly logLikelihood: LogLikelihood;
  readonly observed?: string;
}

/** The log likelihoods of a conditioned model at the draws of a posterior. */
export const logLikelihoodsOf = <L>(
  who: string,
  model: Model,
  conditioned: Conditioned<L>,
  { unconstrained }: Pick<Inferred<L>, "unconstrained">,
  { site, engine }: LogLikelihoodOptions,
): Evidence => {
  const columns = perDraw(conditioned, unconstrained, (z, data) => conditioned.pointwise(z, data), engine);
  checkObserved(who, model, columns);
  const names = chosen(who, columns, site);
  const [chains, draws] = unconstrained.shape;
  const logLikelihood = Object.fromEntries(
    names.map((name): [string, Draws] => {
      const { shape, values } = columns[name];
      return [
        name,
        { shape: [chains, draws, ...shape], values, coords: labelsOf(model, conditioned.bound, name, shape) },
      ];
    }),
  );
  return { logLikelihood, observed: observedHash(model, conditioned.bound, names) };
};

export const logLikelihoodOptionNames: readonly string[] = ["site", "coords", "engine"];

/**
 * The log density of every observation at every draw of a posterior, by observed site: [chains, draws, ...observations]. Those of a raw
 * log joint are called "likelihood". Missing values have none; with some, a site's observations stand in one row.
 * @throws FluvialError where the data are not those of the posterior, or the model does not tell its observations apart.
 */
export const pointwiseLogLikelihood = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: LogLikelihoodOptions = {},
): LogLikelihood => {
  const who = "pointwiseLogLikelihood";
  checkOptions(who, options, logLikelihoodOptionNames);
  const conditioned = conditionAgain(who, model, data, posterior, options.coords);
  return logLikelihoodsOf(who, model as unknown as Model, conditioned, posterior, options).logLikelihood;
};
