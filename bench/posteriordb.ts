import type { Model } from "fluvial";
import { posteriors } from "../models/posteriordb/index.ts";
import type { DataValue } from "../src/model/data.ts";
import { dataFor } from "../test/posteriordb/published.ts";
import { hasReferences } from "../test/posteriordb/reference.ts";
import type { Subject } from "./subjects.ts";

const subjectOf = ([name, model]: readonly [string, Model]): Subject => ({
  name: `posteriordb/${name}`,
  model,
  data: () => dataFor(model, name) as Readonly<Record<string, DataValue>>,
});

/** The twelve posteriors, where their data are at hand. */
export const posteriordbSubjects = (): readonly Subject[] =>
  hasReferences() ? Object.entries(posteriors).map(subjectOf) : [];
