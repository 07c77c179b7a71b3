import {
  type Conditioned,
  type Engine,
  elbo,
  type Guide,
  guideProblem,
  hostKey,
  meanField,
  type Sampler,
  train,
} from "fluvial";
import type { Values } from "../src/model/site.ts";
import { type Figure, stepMicroseconds } from "./figure.ts";
import { bind, type Subject } from "./subjects.ts";

/** A training run of a guide by the plain bound, in chunks of `every` steps: one call of `Loop.run` each. */
export const training = (
  engine: Engine,
  conditioned: Conditioned<unknown>,
  values: Values,
  guide: Guide<unknown, Sampler>,
  { draws, every, rate }: { readonly draws: number; readonly every: number; readonly rate?: number },
) =>
  train(engine, guideProblem(conditioned, guide, elbo({ draws })), values, hostKey(1), {
    steps: Number.MAX_SAFE_INTEGER,
    every,
    ...(rate !== undefined && { rate }),
  });

export interface StepPlan {
  readonly name: string;
  readonly draws: number;
  /** Steps in one call. */
  readonly every: number;
  /** Mean-field unless given. */
  readonly guide?: Guide<unknown, Sampler>;
  readonly rate?: number;
}

/** One whole step of training: draws, bound, gradient, clipping, Adam, averages. */
export const step = (engine: Engine, subject: Subject, { name, draws, every, guide, rate }: StepPlan): Figure[] => {
  const { conditioned, values, dispose } = bind(engine, subject);
  const trained = guide ?? (meanField().for(conditioned.at(values)) as Guide<unknown, Sampler>);
  const run = training(engine, conditioned, values, trained, { draws, every, rate });
  const value = stepMicroseconds(run, every);
  run.dispose();
  dispose();
  return [{ name, engine: engine.name, value, unit: "µs" }];
};
