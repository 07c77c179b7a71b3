import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

/** Where real data lie: FLUVIAL_DATA, or ../shared/data beside the project. */
export const dataDirectory: string = resolve(process.env.FLUVIAL_DATA ?? "../shared/data");

/** Whether a folder of real data is there; says so when a test must skip for its lack. */
export const hasData = (folder: string): boolean => {
  const found = existsSync(join(dataDirectory, folder));
  if (!found) console.warn(`skipped: ${folder} is not in ${dataDirectory}; set FLUVIAL_DATA`);
  return found;
};

const posterior = (name: string, file: string): string => join(dataDirectory, "posteriordb", name, file);

export const posteriorData = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(posterior(name, "data.json"), "utf8"));

/** Reference draws of posteriordb: ten chains of 1,000 per scalar. */
export const referenceDraws = (name: string): Record<string, Float64Array[]> => {
  const all = JSON.parse(gunzipSync(readFileSync(posterior(name, "reference_draws.json.gz"))).toString()) as Record<
    string,
    number[]
  >;
  return Object.fromEntries(
    Object.entries(all).map(([parameter, draws]) => [
      parameter,
      Array.from({ length: 10 }, (_, c) => Float64Array.from(draws.slice(1000 * c, 1000 * (c + 1)))),
    ]),
  );
};
