/** What is kept of every fit: a line, and what its picture is drawn from. */
import type { Failed } from "../jobs/lines.ts";
import { type PictureStore, pictureStore } from "../jobs/pictures.ts";

/** What is fitted to what: the key of a line. */
export interface Job {
  readonly set: string;
  /** A flow with its options, "truth" or "kernel-density". */
  readonly flow: string;
  readonly batch: number;
  readonly steps: number;
  readonly seconds: number;
  readonly seed: number;
}

/** Nats a row, over fresh rows. */
export interface Mean {
  readonly mean: number;
  readonly se: number;
}

export interface Result extends Job {
  /** Options at their defaults too. */
  readonly label: string;
  readonly parameters: number;
  readonly test: Mean;
  /** Mean of log p − log q over the test rows, an estimate of KL(p ‖ q); its error is that of the differences. */
  readonly shortfall?: Mean;
  /** Test rows where the log density was no finite number. */
  readonly notFinite: number;
  readonly took: { readonly steps: number; readonly seconds: number; readonly drawing: number };
  readonly ending: string;
  /** Whether log-likelihoods are lower bounds. */
  readonly bound?: boolean;
  /** The largest stretching at test points, both ways, and how far they come back from where they started. */
  readonly stretch?: { readonly toNoise: number; readonly toSamples: number; readonly inversionError: number };
}

export type Line = Result | Failed<Job>;

export const file = "out/densities/results.jsonl";

export const pictures: PictureStore = pictureStore("out/densities/pictures");

/** The name of the picture of a fit. */
export const pictureName = ({ set, flow }: Pick<Job, "set" | "flow">): string =>
  `${set}-${flow.replaceAll(/[^\w.=-]/g, "_")}`;
