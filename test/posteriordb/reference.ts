import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Draws } from "../../src/posterior/draws.ts";

/** Where the data lie: FLUVIAL_DATA, or beside the checkout. */
export const dataFolder: string =
  process.env.FLUVIAL_DATA ?? join(import.meta.dirname, "..", "..", "..", "shared", "data");

const folderOf = (posterior: string): string => join(dataFolder, "posteriordb", posterior);

/** Whether the reference draws are at hand. */
export const hasReferences = (): boolean => existsSync(join(dataFolder, "posteriordb"));

/** The data as published; they may hold keys that a model does not use. */
export const publishedData = (posterior: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(folderOf(posterior), "data.json"), "utf8"));

const chains = 10;

/** Splits "beta[2]" into its quantity and its place, from 0. */
const placeOf = (parameter: string): readonly [string, number] => {
  const found = /^(\w+)\[(\d+)\]$/.exec(parameter);
  return found ? [found[1], Number(found[2]) - 1] : [parameter, 0];
};

/** The reference draws, as draws of whole quantities: [10, 1000, ...event]. */
export const referenceDraws = (posterior: string): Record<string, Draws> => {
  const text = gunzipSync(readFileSync(join(folderOf(posterior), "reference_draws.json.gz"))).toString();
  const published = Object.entries(JSON.parse(text) as Record<string, readonly number[]>);
  const widths = new Map<string, number>();
  for (const [parameter] of published) widths.set(placeOf(parameter)[0], (widths.get(placeOf(parameter)[0]) ?? 0) + 1);
  return Object.fromEntries(
    [...widths].map(([quantity, width]) => {
      const own = published.filter(([parameter]) => placeOf(parameter)[0] === quantity);
      const count = own[0][1].length;
      const values = new Float64Array(count * width);
      for (const [parameter, draws] of own)
        draws.forEach((x, i) => {
          values[i * width + placeOf(parameter)[1]] = x;
        });
      const event = own.some(([parameter]) => parameter.includes("[")) ? [width] : [];
      return [quantity, { shape: [chains, count / chains, ...event], values, coords: event.map(() => undefined) }];
    }),
  );
};
