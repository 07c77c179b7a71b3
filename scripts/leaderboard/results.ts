/** What is kept of every fit. */
import type { Failed } from "../jobs/lines.ts";

/** What is fitted to what: the key of a line. */
export interface Job {
  readonly posterior: string;
  /** A row of `guideRows`. */
  readonly guide: string;
  readonly seed: number;
}

/** How far means and sds lie from those of the reference draws, over all scalars that these have. */
export interface Errors {
  /** |mean − reference mean| in reference sds: the largest and the root mean square. */
  readonly meanWorst: number;
  readonly meanRms: number;
  /** sd over reference sd that lies farthest from 1, as a ratio, and the root mean square of its logarithm. */
  readonly sdWorst: number;
  readonly sdRms: number;
}

export interface Result extends Job {
  /** The method with options at their defaults, and of the ladder the rung that it ended on. */
  readonly method: string;
  readonly gradients: number;
  readonly seconds: number;
  readonly verdict: string;
  /** Of the draws as they are. */
  readonly own: Errors;
  /** Left out of chains. */
  readonly fit?: {
    readonly elbo: number;
    readonly elboSe: number;
    readonly khat: number;
    readonly threshold: number;
    readonly converged: boolean;
    readonly steps: number;
    /** Of the rows under their importance weights; left out where those were refused. */
    readonly corrected?: Errors & { readonly uncorrected: number };
  };
}

export type Line = Result | Failed<Job>;

/** Whether the importance weights can be used. */
export const passes = ({ fit }: Result): boolean => fit !== undefined && fit.khat <= fit.threshold;
