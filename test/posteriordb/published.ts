import { isData } from "../../src/model/data.ts";
import type { Model } from "../../src/model/model.ts";
import { publishedData } from "./reference.ts";

/** What a model declares of the data of a posterior: the files hold more. */
export const dataFor = (model: Model, posterior: string): Record<string, unknown> => {
  const published = publishedData(posterior);
  const declared = model.sites.filter(isData).map(({ name }) => name);
  return Object.fromEntries(Object.entries(published).filter(([name]) => declared.includes(name)));
};
