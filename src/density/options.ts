import { checkCount, checkOptions, checkPositive, fail, showAny } from "../core/check.ts";
import type { Precision } from "../core/double.ts";
import type { Engine } from "../engine/engine.ts";
import type { Schedule } from "../optimise/schedule.ts";
import type { Plain } from "../posterior/posterior.ts";
import type { DensityProgress } from "./course.ts";
import type { StoredDensity } from "./fitted.ts";
import type { Images } from "./images.ts";
import type { Samples } from "./samples.ts";

/** How a flow is trained, whatever it is trained on. */
export interface TrainingOptions {
  /** Rows a step; 256 unless said. */
  readonly batch?: number;
  /** Steps at the most, a restart; 20,000 unless said. Training stops by itself when nothing rises any more. */
  readonly steps?: number;
  /** Learning rate to start from; the flow knows one. A number is lowered when nothing rises; a schedule goes its own way. */
  readonly rate?: number | Schedule;
  /** Largest norm of the gradient; 20 unless said. */
  readonly clip?: number;
  /** How strongly parameters are drawn towards 0; 0 unless said. */
  readonly weightDecay?: number;
  /** Checks without a rise after which the rate is lowered and at last training ends; 20 unless said. */
  readonly patience?: number;
  readonly seed?: number;
  /** Trains from this many starts and keeps the best; 1 unless said. */
  readonly restarts?: number;
  /** Of training: f32 unless said. Results are always computed in f64. */
  readonly precision?: Precision;
  /** What runs training; and results too, where it computes in f64. */
  readonly engine?: Engine;
  /** Ends training early, keeping the best parameters so far. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DensityProgress) => void;
}

export interface FitDensityOptions extends TrainingOptions {
  /** What the density is conditional on: as many rows as samples. */
  readonly context?: Samples;
  /**
   * The share of the rows that training is watched on and is not trained on, 0.1 unless said; or rows of their own. With 0, training is
   * watched on the training rows: it then ends when these are fitted.
   */
  readonly validation?: number | Samples;
  /** The contexts of validation rows of their own. */
  readonly validationContext?: Samples;
  /** Whether the flow sees columns, and those of contexts, less their mean, in units of their standard deviation: true unless said. */
  readonly standardise?: boolean;
  /** That the samples are pixels, whole numbers from 0: noise between them and a logit make them real numbers. */
  readonly images?: Images | true;
  /**
   * A density of the same flow, from a fit or a file, whose training goes on: from its parameters, on its scales. Keep its samples and seed
   * where rows are kept aside, so that none of these was trained on before.
   */
  readonly from?: StoredDensity;
}

export const trainingOptionNames: readonly (keyof TrainingOptions)[] = [
  "batch",
  "steps",
  "rate",
  "clip",
  "weightDecay",
  "patience",
  "seed",
  "restarts",
  "precision",
  "engine",
  "signal",
  "onProgress",
];

export const fitDensityOptionNames: readonly (keyof FitDensityOptions)[] = [
  ...trainingOptionNames,
  "context",
  "validation",
  "validationContext",
  "standardise",
  "images",
  "from",
];

/** How a run goes, defaults filled in. */
export interface TrainingPlan {
  readonly batch: number;
  readonly steps: number;
  readonly rate: number | Schedule;
  readonly clip: number;
  readonly weightDecay: number;
  readonly patience: number;
  readonly seed: number;
  readonly restarts: number;
  readonly precision: Precision;
}

/** The learning rate where neither the user nor the flow says one. */
export const densityRate = 0.01;

const checkCalls = (who: string, { onProgress, signal, engine, precision }: TrainingOptions): void => {
  if (onProgress !== undefined && typeof onProgress !== "function")
    fail(`${who}: onProgress: expected a function, got ${showAny(onProgress)}`);
  if (signal !== undefined && typeof signal?.aborted !== "boolean")
    fail(`${who}: signal: expected an AbortSignal, got ${showAny(signal)}`);
  if (engine !== undefined && typeof engine?.compile !== "function")
    fail(`${who}: engine: expected one such as eagerEngine(), got ${showAny(engine)}`);
  if (engine && precision) fail(`${who}: give an engine or a precision; an engine has its own`);
  if (precision !== undefined && !["f32", "f64"].includes(precision))
    fail(`${who}: precision must be "f32" or "f64", got ${JSON.stringify(precision)}`);
};

/**
 * Training options with their defaults.
 * @throws FluvialError on unknown options and on values that are none.
 */
export const trainingPlan = (
  who: string,
  options: TrainingOptions,
  names: readonly string[],
  flowRate: number | undefined,
): TrainingPlan => {
  checkOptions(who, options, names);
  checkCalls(who, options);
  const { batch = 256, steps = 20_000, rate = flowRate ?? densityRate, clip = 20 } = options;
  const { weightDecay = 0, patience = 20, seed = 0, restarts = 1 } = options;
  for (const [name, count] of Object.entries({ batch, steps, patience, restarts }))
    checkCount(`${who}: ${name}`, count);
  if (typeof rate !== "function") checkPositive(`${who}: rate`, rate);
  checkPositive(`${who}: clip`, clip);
  const precision = options.engine?.precision ?? options.precision ?? "f32";
  return { batch, steps, rate, clip, weightDecay, patience, seed, restarts, precision };
};

/** A plan as plain data, for the record. */
export const toldOf = ({ rate, seed: _, ...plan }: TrainingPlan): Record<string, Plain> => ({
  ...plan,
  rate: typeof rate === "number" ? rate : "schedule",
});
