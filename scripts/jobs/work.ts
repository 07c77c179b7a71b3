/** A long experiment that goes on where it ended. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FluvialError } from "../../src/core/check.ts";
import { type Failed, isDone, keepLine, lastLines, readLines } from "./lines.ts";
import type { Common } from "./options.ts";
import { type Group, runGroups } from "./pool.ts";

export interface Work<J extends object, R extends J> {
  /** The script that answers jobs, as a file. */
  readonly script: string;
  /** Where lines are kept. */
  readonly file: string;
  /** All jobs, in their order; those of a group share a process. */
  readonly groups: readonly Group<J>[];
  /** The parts of a job that tell it from others: a line where they are the same is of this job. */
  readonly key: readonly (keyof J)[];
  /** A job that takes longer is ended; none is unless said. */
  readonly seconds?: number;
  /** Told of every line as it comes. */
  say(line: R | Failed<J>): string;
}

/** Jobs that have no result yet. */
export const openJobs = <J extends object, R extends J>(
  { file, groups, key }: Pick<Work<J, R>, "file" | "groups" | "key">,
  { again }: Pick<Common, "again">,
): J[][] => {
  const done = again ? [] : readLines<R | Failed<J>>(file).filter((line): line is R => isDone(line));
  const lineOf = lastLines<J, R>(done, key);
  return groups.map((group) => group.filter((job) => lineOf(job) === undefined));
};

/** Does what is not done yet, unless a report alone is asked for, and gives the last line of every job that has one. */
export const workThrough = async <J extends object, R extends J>(
  work: Work<J, R>,
  common: Common,
): Promise<readonly (R | Failed<J>)[]> => {
  const { script, file, groups, key, seconds, say } = work;
  if (!common.only.includes("report"))
    await runGroups<J, R | Failed<J>>(openJobs(work, common), {
      ...{ script, workers: common.workers, seconds },
      failed: (job, error) => ({ ...job, error }),
      done: (line) => {
        keepLine(file, line);
        console.log(say(line));
      },
    });
  const lineOf = lastLines<J, R | Failed<J>>(readLines(file), key);
  return groups.flat().flatMap((job) => lineOf(job) ?? []);
};

/** Writes a page, and says what it rests on. */
export const writePage = (folder: string, name: string, page: string, told: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), page);
  console.log(`${join(folder, name)}: ${told}`);
};

/** Runs a script; what is wrong with its command line is said in one line. */
export const runScript = async (name: string, main: () => void | Promise<void>): Promise<void> => {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof FluvialError)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
};
