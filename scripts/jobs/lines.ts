/** What is kept of every job: one line of JSON each, appended as it is done. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The line of a job that came to nothing. */
export type Failed<J> = J & { readonly error: string };

/** Whether a line is a result. */
export const isDone = <L extends object>(line: L): line is Exclude<L, { readonly error: string }> => !("error" in line);

const strange: readonly string[] = ["NaN", "Infinity", "-Infinity"];

/** JSON that holds NaN and ∞ too, as text. */
export const written = (line: unknown): string =>
  JSON.stringify(line, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );

/** What `written` wrote. */
export const readBack = <L>(text: string): L =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === "string" && strange.includes(value) ? Number(value) : value,
  ) as L;

/** All lines of a file; none where there is no file. */
export const readLines = <L>(file: string): readonly L[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => readBack<L>(line))
    : [];

export const keepLine = (file: string, line: unknown): void => {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${written(line)}\n`);
};

/** The last line of each job, by these parts of it. */
export const lastLines = <J extends object, L extends J>(
  lines: readonly L[],
  key: readonly (keyof J)[],
): ((job: J) => L | undefined) => {
  const keyOf = (job: J): string => JSON.stringify(key.map((part) => job[part]));
  const last = new Map(lines.map((line) => [keyOf(line), line]));
  return (job) => last.get(keyOf(job));
};
