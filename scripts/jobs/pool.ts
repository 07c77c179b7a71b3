/** Jobs in processes of their own, group by group: what goes wrong in one job ends that job alone. */
import { type ChildProcess, fork } from "node:child_process";
import { type Failed, readBack, written } from "./lines.ts";

/** Jobs that one process does in turn, as they share what is dear to make. */
export type Group<J> = readonly J[];

export interface Pool<J, L> {
  /** The script that answers jobs: `answerJobs`. */
  readonly script: string;
  readonly workers: number;
  /** A job that takes longer is ended, with its process; none is unless said. */
  readonly seconds?: number;
  /** The line of a job that got no answer. */
  readonly failed: (job: J, error: string) => L;
  readonly done: (line: L) => void;
}

/** The answer of a process to one job; undefined where it ends first. */
const asked = <J, L>(child: ChildProcess, job: J, seconds: number | undefined): Promise<L | "ended" | "late"> =>
  new Promise((resolve) => {
    const finish = (answer: L | "ended" | "late"): void => {
      clearTimeout(timer);
      child.off("message", heard);
      child.off("close", closed);
      resolve(answer);
    };
    const heard = (message: unknown): void => finish(readBack<L>(message as string));
    const closed = (): void => finish("ended");
    const end = (): void => {
      child.kill("SIGKILL");
      finish("late");
    };
    const timer = seconds === undefined ? undefined : setTimeout(end, 1000 * seconds);
    child.on("message", heard);
    child.on("close", closed);
    child.send(written(job));
  });

/** A process of the script, with the options that this one has. */
const started = (script: string): ChildProcess =>
  fork(script, [...process.argv.slice(2), "--answer"], { execArgv: ["--import", "tsx"] });

const doGroup = async <J, L>(group: Group<J>, pool: Pool<J, L>): Promise<void> => {
  let child: ChildProcess | undefined;
  for (const job of group) {
    child ??= started(pool.script);
    const answer = await asked<J, L>(child, job, pool.seconds);
    if (answer !== "ended" && answer !== "late") {
      pool.done(answer);
      continue;
    }
    const error = answer === "late" ? `stopped after ${pool.seconds} seconds` : "its process ended early";
    pool.done(pool.failed(job, error));
    child = undefined;
  }
  child?.kill();
};

/** Does all groups, so many at a time. */
export const runGroups = async <J, L>(groups: readonly Group<J>[], pool: Pool<J, L>): Promise<void> => {
  const todo = groups.filter((group) => group.length > 0);
  const work = async (): Promise<void> => {
    for (let group = todo.shift(); group !== undefined; group = todo.shift()) await doGroup(group, pool);
  };
  await Promise.all(Array.from({ length: pool.workers }, work));
};

/** The line of a job that is run here: what it throws is its failure. */
export const outcomeOf = async <J extends object, R>(run: (job: J) => Promise<R>, job: J): Promise<R | Failed<J>> => {
  try {
    return await run(job);
  } catch (error) {
    return { ...job, error: error instanceof Error ? error.message.split("\n")[0] : String(error) };
  }
};

/** The other side: answers each job that comes, one after the other. */
export const answerJobs = <J extends object, R>(run: (job: J) => Promise<R>): void => {
  process.on("message", async (message) => {
    process.send?.(written(await outcomeOf(run, readBack<J>(message as string))));
  });
};
