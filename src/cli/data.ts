import { existsSync } from "node:fs";
import { fail } from "../core/check.ts";
import type { Coords } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { parseJson } from "./json.ts";
import type { ModelModule } from "./model.ts";
import { readText, textEnding } from "./readText.ts";

/** Data by the name of the variable; what they hold is checked where they meet the model. */
export type RawData = Readonly<Record<string, unknown>>;

/** @throws FluvialError or Error, one line, where it cannot be read. */
export const asRecord = (who: string, value: unknown): RawData => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as RawData;
  const came = Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
  return fail(`${who}: expected an object with a key for each variable, got ${came}`);
};

const needsData = ({ sites }: Model): boolean => sites.some(({ role }) => role === "data" || role === "observed");

/** The lengths of nested lists along their first members. */
const lengthsOf = (value: unknown): number[] => (Array.isArray(value) ? [value.length, ...lengthsOf(value[0])] : []);

/** The labels whose number is that of the axis in these data: those of a model file need not suit other data. */
const fitting = (model: Model, data: RawData, coords: Coords): Coords => {
  const misfits = new Set<string>();
  for (const site of model.sites) {
    if (!(site.role === "data" || site.role === "observed") || !site.axes) continue;
    const lengths = lengthsOf(data[site.name]);
    site.axes.forEach((axis, i) => {
      if (typeof axis === "string" && coords[axis] && lengths[i] !== coords[axis].length) misfits.add(axis);
    });
  }
  return Object.fromEntries(Object.entries(coords).filter(([axis]) => !misfits.has(axis)));
};

/** The data and the labels to use. */
export interface Input {
  readonly data: RawData;
  readonly coords?: Coords;
}

const namesOf = ({ sites }: Model): ReadonlySet<string> =>
  new Set(
    sites.flatMap((site) => [
      site.name,
      ...(("axes" in site && site.axes) || []).filter((axis) => typeof axis === "string"),
    ]),
  );

/**
 * A file of data without what the model has no use for, as published data often hold more; told in one line. Where something that the
 * model needs is missing all stays, since then a stranger may be a slip of the keyboard.
 */
const withoutUnused = (path: string, model: Model, given: RawData, say: (line: string) => void): RawData => {
  const names = namesOf(model);
  const unused = Object.keys(given).filter((name) => !names.has(name));
  const isMissing = model.sites.some(({ role, name }) => (role === "data" || role === "observed") && !(name in given));
  if (unused.length === 0 || isMissing) return given;
  say(`${path}: the model has no use for ${unused.join(", ")}`);
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
};

/** The file beside a model as text that holds its data: schools.json beside schools.fluvial. */
const neighbour = (modelPath: string): string | undefined =>
  modelPath.endsWith(textEnding) ? `${modelPath.slice(0, -textEnding.length)}.json` : undefined;

/**
 * The data of a file if one is given, else those that the model's module exports, or those of the file beside a model as text.
 * @param say is told, in a line, what of a file is left out.
 * @throws FluvialError or Error, one line, where there are none or the file cannot be read.
 */
export const inputFor = (
  modelPath: string,
  { model, data, coords }: ModelModule,
  dataPath: string | undefined,
  say: (line: string) => void,
): Input => {
  if (dataPath !== undefined) {
    const all = asRecord(dataPath, parseJson(dataPath, readText(dataPath)));
    const given = withoutUnused(dataPath, model, all, say);
    return { data: given, coords: coords && fitting(model, given, coords) };
  }
  if (data !== undefined) return { data: asRecord(`${modelPath}: the export "data"`, data), coords };
  const beside = neighbour(modelPath);
  if (beside !== undefined && existsSync(beside))
    return { data: asRecord(beside, parseJson(beside, readText(beside))) };
  if (needsData(model))
    return fail(
      beside === undefined
        ? `${modelPath}: exports no data; name a DATA.json after it`
        : `${modelPath}: there are no data: name a DATA.json after it, or put them into ${beside}`,
    );
  return { data: {}, coords };
};
