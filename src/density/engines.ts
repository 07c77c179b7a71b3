import { defaultEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { adam, type Optimiser } from "../optimise/adam.ts";
import { withWeightDecay } from "../optimise/weightDecay.ts";
import type { Course } from "./course.ts";
import type { TrainingOptions, TrainingPlan } from "./options.ts";

/** What trains, and what computes results: the latter always in double. */
export const enginesOf = (
  { engine }: TrainingOptions,
  { precision }: TrainingPlan,
): { readonly training: Engine; readonly exact: Engine } => ({
  training: engine ?? defaultEngine(precision),
  exact: engine?.precision === "f64" ? engine : defaultEngine("f64"),
});

/** Steps between two checks, at the least; more where there are more rows to check than a step takes. */
const shortestCheck = 50;

/** @param watched rows that each check looks at. */
export const courseOf = (plan: TrainingPlan, { signal, onProgress }: TrainingOptions, watched: number): Course => ({
  ...plan,
  every: Math.min(plan.steps, Math.max(shortestCheck, Math.ceil(watched / plan.batch))),
  optimiser: withWeightDecay(adam(), plan.weightDecay) as Optimiser,
  signal,
  onProgress,
});
