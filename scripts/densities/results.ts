/** What is kept of every fit: one line of JSON each, and what its picture is drawn from. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

export interface Failure extends Job {
  readonly error: string;
}

export type Line = Result | Failure;

/** A picture of the plane: paint from 0 to 255 row by row from the lowest y, and points. */
export interface Picture {
  readonly cells: number;
  readonly paint: string;
  readonly samples: readonly (readonly number[])[];
}

const folder = "out/densities";
const file = join(folder, "results.jsonl");

export const isResult = (line: Line): line is Result => !("error" in line);

/** Whether a line is of this job: nothing that it depends on has changed. */
export const sameJob = (a: Job, b: Job): boolean =>
  (["set", "flow", "batch", "steps", "seconds", "seed"] as const).every((name) => a[name] === b[name]);

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

const pictureFile = ({ set, flow }: Pick<Job, "set" | "flow">): string =>
  join(folder, "pictures", `${set}-${flow.replaceAll(/[^\w.=-]/g, "_")}.json`);

export const keepPicture = (job: Pick<Job, "set" | "flow">, picture: Picture): void => {
  mkdirSync(join(folder, "pictures"), { recursive: true });
  writeFileSync(pictureFile(job), JSON.stringify(picture));
};

export const readPicture = (job: Pick<Job, "set" | "flow">): Picture | undefined =>
  existsSync(pictureFile(job)) ? (JSON.parse(readFileSync(pictureFile(job), "utf8")) as Picture) : undefined;
