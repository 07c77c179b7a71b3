import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../core/check.ts";
import { fromJson, type Saved } from "../io/json.ts";
import { parseJson } from "./json.ts";
import { posteriorFile } from "./posteriorOutput.ts";
import { readText } from "./readText.ts";

/**
 * What a file holds in the format of docs/files.md; of a folder, its posterior.json.
 * @throws FluvialError or Error, one line that starts with the path.
 */
export const readSaved = (path: string): Saved => {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, posteriorFile) : path;
  const json = parseJson(file, readText(file));
  return fromJson(typeof json === "object" && json !== null ? json : {}, file);
};

/** @throws FluvialError where the file holds something of another kind. */
export const readKind = <K extends Saved["kind"]>(flag: string, path: string, kind: K): Extract<Saved, { kind: K }> => {
  const saved = readSaved(path);
  if (saved.kind !== kind)
    fail(`${flag}: expected a file of ${kind === "fit" ? "a fit" : kind}, got one of ${saved.kind}: ${path}`);
  return saved as Extract<Saved, { kind: K }>;
};
