import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { dataFolder } from "../../test/posteriordb/reference.ts";

/** What a peer is run with: one thread, and the programs of the system before others of the same name. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `/usr/bin:${process.env.PATH ?? ""}`,
  THREADS: "1",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  FLUVIAL_DATA: resolve(dataFolder),
});

/** Whether a command is there and ends well. */
export const works = (command: string, parameters: readonly string[]): boolean =>
  spawnSync(command, parameters, { env: environment(), stdio: "ignore" }).status === 0;

/**
 * Runs a command in a folder.
 * @returns what it printed.
 * @throws Error with the last line it complained of, where it fails.
 */
export const output = (command: string, parameters: readonly string[], folder: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    cwd: folder,
    env: environment(),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return stdout;
  const complaint = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new Error(`${command} ${parameters.join(" ")}: ${complaint || `ended with status ${status}`}`);
};

/** The JSON objects that a command prints, one a line; other lines are passed over. */
export const jsonLines = (command: string, parameters: readonly string[], folder: string): Json[] =>
  output(command, parameters, folder)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Json);

export interface Json {
  readonly [name: string]: unknown;
}
