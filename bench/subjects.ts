import { type Conditioned, condition, type Engine, type Model } from "fluvial";
import eightSchools, { data as schools } from "../models/eight-schools-noncentred.ts";
import radon, { data as houses } from "../models/radon.ts";
import { disposeTree } from "../src/core/tree.ts";
import type { DataValue } from "../src/model/data.ts";
import type { Values } from "../src/model/site.ts";
import { logistic, logisticData } from "./logistic.ts";

/** A model that figures are named after. */
export interface Subject {
  readonly name: string;
  readonly model: Model;
  readonly data: () => Readonly<Record<string, DataValue>>;
}

export const schoolsSubject: Subject = {
  name: "eight-schools",
  model: eightSchools as unknown as Model,
  data: () => schools,
};

export const logisticSubject: Subject = {
  name: "logistic-5000x20",
  model: logistic as unknown as Model,
  data: () => logisticData(),
};

/** A hierarchical regression: 386 groups, 777 latents, 12,573 rows. */
export const radonSubject: Subject = {
  name: "radon",
  model: radon as unknown as Model,
  data: () => houses,
};

export interface Bound {
  readonly conditioned: Conditioned<unknown>;
  readonly values: Values;
  readonly dispose: () => void;
}

/** A subject with its data as tensors of an engine. */
export const bind = (engine: Engine, { model, data }: Subject): Bound => {
  const conditioned = condition(model, data() as never) as Conditioned<unknown>;
  const values = engine.compile(() => conditioned.tensors())();
  return { conditioned, values, dispose: () => disposeTree(values) };
};
