/** The models of models/, each with its data, and those of posteriordb where their data are at hand. */
import { readdirSync } from "node:fs";
import type { Model } from "../../src/model/model.ts";
import { dataFor } from "../../test/posteriordb/published.ts";
import { hasReferences } from "../../test/posteriordb/reference.ts";

/** A model and what it is given. */
export interface Subject {
  readonly model: Model;
  readonly data: unknown;
  /** Labels of named axes. */
  readonly coords?: Readonly<Record<string, readonly string[]>>;
}

const folder = new URL("../../models/", import.meta.url);

const files: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3))
  .sort();

/** Of 777 latents: it comes last. */
const large = "radon";

const prefix = "posteriordb/";

const loaded = async (name: string): Promise<Subject> => {
  const made = (await import(new URL(`${name}.ts`, folder).href)) as { default: Model } & Omit<Subject, "model">;
  return { model: made.default, data: made.data, coords: made.coords };
};

const published = async (posterior: string): Promise<Subject> => {
  const { posteriors } = await import("../../models/posteriordb/index.ts");
  const model = posteriors[posterior];
  return { model, data: dataFor(model, posterior) };
};

export const subjectOf = (name: string): Promise<Subject> =>
  name.startsWith(prefix) ? published(name.slice(prefix.length)) : loaded(name);

/** All names: "rats", "posteriordb/arK-arK". */
export const modelNames = async (): Promise<readonly string[]> => {
  const small = files.filter((name) => name !== large);
  if (!hasReferences()) return [...small, large];
  const { posteriors } = await import("../../models/posteriordb/index.ts");
  return [...small, ...Object.keys(posteriors).map((name) => `${prefix}${name}`), large];
};
