/** What is kept of every fit: one line of JSON each, and what its picture is drawn from. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture } from "../densities/results.ts";
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

export interface Failure extends Job {
  readonly error: string;
}

export type Line = Result | Failure;

const folder = "out/energies";
const file = join(folder, "results.jsonl");

export const isResult = (line: Line): line is Result => !("error" in line);

/** Whether a line is of this job: nothing that it depends on has changed. */
export const sameJob = (a: Job, b: Job): boolean =>
  a.energy === b.energy &&
  a.row === b.row &&
  a.seed === b.seed &&
  JSON.stringify(a.setting) === JSON.stringify(b.setting);

export const readLines = (): readonly Line[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line)
    : [];

export const keepLine = (line: Line): void => {
  mkdirSync(folder, { recursive: true });
  appendFileSync(file, `${JSON.stringify(line)}\n`);
};

const pictureFile = ({ energy, row }: Pick<Job, "energy" | "row">): string =>
  join(folder, "pictures", `${energy}-${row.replaceAll(/[^\w-]+/g, "_")}.json`);

export const keepPicture = (job: Job, picture: Picture): void => {
  mkdirSync(join(folder, "pictures"), { recursive: true });
  writeFileSync(pictureFile(job), JSON.stringify(picture));
};

export const readPicture = (job: Pick<Job, "energy" | "row">): Picture | undefined =>
  existsSync(pictureFile(job)) ? (JSON.parse(readFileSync(pictureFile(job), "utf8")) as Picture) : undefined;
