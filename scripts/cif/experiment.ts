/** What the experiments of continuously indexed flows have in common. */
import type { Failed } from "../jobs/lines.ts";
import type { PictureStore } from "../jobs/pictures.ts";

/** What is said of a fit: plain data, since a line is of a job where they are the same. */
export interface Steps {
  readonly steps: number;
}

/** What is fitted to what. */
export interface Case<S extends Steps> {
  /** The target, or the set of points. */
  readonly subject: string;
  /** The row of the table. */
  readonly row: string;
  readonly setting: S;
  /** Seeds where the usual five are too dear. */
  readonly seeds?: number;
}

/** The key of a line. */
export interface Job<S extends Steps = Steps> extends Omit<Case<S>, "seeds"> {
  readonly experiment: string;
  readonly seed: number;
}

/** What every fit is measured by. */
export interface Cost {
  readonly parameters: number;
  /** Steps that were taken, and processor time of the fit in seconds. */
  readonly taken: number;
  readonly seconds: number;
}

/** A kept line: seconds of the whole job too, with what it takes to score and to draw. */
export type Result<S extends Steps = Steps, F extends Cost = Cost> = Job<S> & F & { readonly whole: number };

/** What an experiment has come to, and what is still missing. */
export interface Outcome<S extends Steps, F extends Cost> {
  readonly results: readonly Result<S, F>[];
  readonly failures: readonly Failed<Job<S>>[];
  /** Of those that were asked for. */
  readonly jobs: readonly Job<S>[];
  readonly pictures: PictureStore;
}

/** A page with its pictures, by the names of their files. */
export interface Page {
  readonly name: string;
  readonly text: string;
  readonly sheets: Readonly<Record<string, string>>;
}

export interface Experiment<S extends Steps = Steps, F extends Cost = Cost> {
  readonly name: string;
  readonly cases: readonly Case<S>[];
  /** Fits and scores; keeps a picture where there is one of this seed. */
  run(job: Job<S>, pictures: PictureStore): Promise<F>;
  /** One line of a result. */
  say(result: Result<S, F>): string;
  page(outcome: Outcome<S, F>): Page;
}

/** The key of a line. */
export const jobKey = ["experiment", "subject", "row", "setting", "seed"] as const satisfies readonly (keyof Job)[];

/** The name of the picture of a fit. */
export const pictureName = ({ experiment, subject, row, setting }: Job): string =>
  [experiment, subject, row, ...("base" in setting ? [String(setting.base)] : [])]
    .join("-")
    .replaceAll(/[^\w.-]+/g, "_");
