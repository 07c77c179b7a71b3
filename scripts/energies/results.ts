/** What is kept of every fit: a line, and what its picture is drawn from. */
import type { Failed } from "../jobs/lines.ts";
import { type PictureStore, pictureStore } from "../jobs/pictures.ts";
import type { EnergyName, Setting } from "./settings.ts";

/** What is fitted to what: the key of a line. */
export interface Job {
  readonly energy: EnergyName;
  /** The row of the table. */
  readonly row: string;
  readonly setting: Setting;
  readonly seed: number;
}

export interface Result extends Job {
  /** log Z − ELBO in nats, and its standard error. */
  readonly kl: number;
  readonly se: number;
  readonly khat: number;
  readonly parameters: number;
  /** Of all starts together. */
  readonly steps: number;
  /** Processor time of the fit, in seconds. */
  readonly seconds: number;
}

export type Line = Result | Failed<Job>;

export const file = "out/energies/results.jsonl";

export const pictures: PictureStore = pictureStore("out/energies/pictures");

/** The name of the picture of a fit. */
export const pictureName = ({ energy, row }: Pick<Job, "energy" | "row">): string =>
  `${energy}-${row.replaceAll(/[^\w-]+/g, "_")}`;
