/** What is kept of every job: one line of JSON each, appended as it is done. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

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
