import type { Schedule } from "../../optimise/schedule.ts";
import type { HostParameter } from "../../posterior/posterior.ts";

export interface FitProgress {
  readonly step: number;
  /** The step limit of this restart. */
  readonly steps: number;
  /** The mean of what the objective raises over the last steps: the evidence lower bound, unless the objective is another. */
  readonly bound: number;
  readonly restart: number;
  /** With `guide: "auto"`: the guide at work, or "check" where steps are transitions of chains and there is no bound (NaN). */
  readonly rung?: string;
}

/** How a guide is trained. */
export interface Course {
  readonly steps: number;
  readonly rate?: number | Schedule;
  readonly beta?: number | Schedule;
  readonly clip?: number | "adaptive";
  /** Parameters to start from, by their path, instead of the guide's own start. */
  readonly start?: Readonly<Record<string, HostParameter>>;
  readonly onProgress?: (progress: FitProgress) => void;
}
