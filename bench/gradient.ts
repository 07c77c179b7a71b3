import type { Engine } from "fluvial";
import { densityOf } from "../src/infer/densityOf.ts";
import { type Figure, microsecondsOf } from "./figure.ts";
import { bind, type Subject } from "./subjects.ts";

/** Value and gradient of a log density over plain arrays. */
export const gradient = (engine: Engine, subject: Subject): Figure[] => {
  const { conditioned, values, dispose } = bind(engine, subject);
  const density = engine.gradient(densityOf(conditioned), conditioned.size, values);
  const position = new Float64Array(conditioned.size).fill(0.1);
  const out = new Float64Array(conditioned.size);
  const value = microsecondsOf(() => void density.at(position, out));
  density.dispose();
  dispose();
  return [{ name: `${subject.name}/gradient`, engine: engine.name, value, unit: "µs" }];
};
