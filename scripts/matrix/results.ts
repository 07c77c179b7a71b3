/** What is kept of a guide on a model: every objective, over a block of seeds. */
import type { Failed } from "../jobs/lines.ts";

/** The key of a line. */
export interface Job {
  readonly model: string;
  /** A row of `guideRows`, with its options. */
  readonly guide: string;
  readonly seeds: { readonly from: number; readonly to: number };
  readonly objectives: readonly string[];
  /** Steps a seed at the most, and seconds that all seeds of an objective may take, for which steps are left out. */
  readonly steps: number;
  readonly seconds: number;
}

/** Where a value first ceased to be finite: labels from outside in; none where the values are finite and their gradient is not. */
export interface Cause {
  readonly seed: number;
  readonly step: number;
  readonly where: readonly string[];
  readonly value?: number;
}

/** One objective with one guide on one model. */
export interface Cell {
  readonly objective: string;
  readonly seconds: number;
  /** Steps of each seed; 0 where nothing ran. */
  readonly steps: number;
  readonly seeds: number;
  /** Steps whose loss or gradient was not finite, all seeds together, and the seeds that had such. */
  readonly skipped: number;
  readonly seedsSkipped: number;
  /** Seeds whose parameters were not all finite at the end. */
  readonly seedsLost: number;
  readonly cause?: Cause;
  /** Why guide and objective do not go together. */
  readonly refused?: string;
  /** What was thrown that is no refusal. */
  readonly error?: string;
  /** Why the program ran op by op. */
  readonly eager?: string;
}

export interface Result extends Job {
  readonly cells: readonly Cell[];
  /** Why the guide does not fit the model. */
  readonly unfit?: string;
}

export type Line = Result | Failed<Job>;
