/** Jobs in processes of their own, group by group: what goes wrong in one job ends that job alone. */
import { type ChildProcess, fork } from "node:child_process";
import { readBack, written } from "./lines.ts";

/** Jobs that one process does in turn, as they share what is dear to make. */
export type Group<J> = readonly J[];

export interface Pool<J, L> {
  /** The script that answers jobs: `answerJobs`. */
  readonly script: string;
  readonly workers: number;
  /** A job that takes longer is ended, with its process. */
  readonly seconds: number;
  /** The line of a job that got no answer. */
  readonly failed: (job: J, error: string) => L;
  readonly done: (line: L) => void;
}

/** The answer of a process to one job; undefined where it ends first. */
const asked = <J, L>(child: ChildProcess, job: J, seconds: number): Promise<L | "ended" | "late"> =>
  new Promise((resolve) => {
    const finish = (answer: L | "ended" | "late"): void => {
      clearTimeout(timer);
      child.off("message", heard);
      child.off("close", closed);
      resolve(answer);
    };
    const heard = (message: unknown): void => finish(readBack<L>(message as string));
    const closed = (): void => finish("ended");
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish("late");
    }, 1000 * seconds);
    child.on("message", heard);
    child.on("close", closed);
    child.send(written(job));
  });

const started = (script: string): ChildProcess => fork(script, ["--answer"], { execArgv: ["--import", "tsx"] });

const doGroup = async <J, L>(group: Group<J>, pool: Pool<J, L>): Promise<void> => {
  let child = started(pool.script);
  for (const job of group) {
    const answer = await asked<J, L>(child, job, pool.seconds);
    if (answer !== "ended" && answer !== "late") {
      pool.done(answer);
      continue;
    }
    const error = answer === "late" ? `stopped after ${pool.seconds} seconds` : "its process ended early";
    pool.done(pool.failed(job, error));
    child = started(pool.script);
  }
  child.kill();
};

/** Does all groups, so many at a time. */
export const runGroups = async <J, L>(groups: readonly Group<J>[], pool: Pool<J, L>): Promise<void> => {
  const todo = groups.filter((group) => group.length > 0);
  const work = async (): Promise<void> => {
    for (let group = todo.shift(); group !== undefined; group = todo.shift()) await doGroup(group, pool);
  };
  await Promise.all(Array.from({ length: pool.workers }, work));
};

/** The other side: answers each job that comes, one after the other. */
export const answerJobs = <J, L>(answer: (job: J) => Promise<L>): void => {
  process.on("message", async (message) => {
    process.send?.(written(await answer(readBack<J>(message as string))));
  });
};
