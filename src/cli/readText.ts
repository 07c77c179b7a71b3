import { readFileSync } from "node:fs";
import { fail } from "../core/check.ts";
import { messageOf } from "./streams.ts";

/** How the files of models as text end. */
export const textEnding = ".fluvial";

/** @throws FluvialError or Error, one line, where the file cannot be read. */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return fail(`${path}: there is no such file`);
    throw new Error(`${path}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
};
