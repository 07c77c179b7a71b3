import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fail } from "../core/check.ts";
import { messageOf } from "./streams.ts";

const temporary = (path: string): string => `${path}.${process.pid}.part`;

/** Files that are being written: a program that is told to stop at once removes them. */
const unfinished = new Set<string>();
const removeUnfinished = (): void => {
  for (const path of unfinished) rmSync(path, { force: true });
};

/** Written whole under another name, then renamed: nobody finds half a file. */
const writeWhole = async (path: string, text: string): Promise<void> => {
  const part = temporary(path);
  if (unfinished.size === 0) process.once("exit", removeUnfinished);
  unfinished.add(part);
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    unfinished.delete(part);
    if (unfinished.size === 0) process.off("exit", removeUnfinished);
  }
};

const cannotWrite = (folder: string, error: unknown): never => {
  throw new Error(`--out ${folder}: cannot be written: ${messageOf(error)}`, { cause: error });
};

/** Makes a folder and those above it one by one: in a file system that makes none, Node's `recursive` tries for ever. */
const makeFolder = (folder: string): void => {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) mkdirSync(path);
};

/**
 * Makes a folder if need be and tries to write into it, before the work whose result shall go there.
 * @throws FluvialError or Error where it has no name, or cannot be made or written to.
 */
export const prepareFolder = (folder: string): void => {
  if (folder.trim() === "") fail(`--out: expected a folder, got "${folder}"`);
  try {
    makeFolder(folder);
    const probe = temporary(join(folder, "probe"));
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    cannotWrite(folder, error);
  }
};

/** How every file of draws begins. */
const drawsHead = "chain,draw";

const startsLikeDraws = (path: string): boolean => {
  const start = Buffer.alloc(drawsHead.length);
  const file = openSync(path, "r");
  try {
    return readSync(file, start) === start.length && start.toString() === drawsHead;
  } finally {
    closeSync(file);
  }
};

/** Draws of an earlier comparison's methods, which this result does not know. */
const removeStaleDraws = (folder: string, written: readonly string[]): void => {
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()))
    if (/^draws-[\w.-]+\.csv$/.test(name) && !written.includes(name) && startsLikeDraws(join(folder, name)))
      rmSync(join(folder, name));
};

/**
 * Writes files into a folder, which is made if need be. Those of the same names are replaced, and draws that an earlier comparison
 * left there (draws-METHOD.csv) and that are not among these go.
 * @throws Error where the folder cannot be made or written to.
 */
export const writeFiles = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  try {
    makeFolder(folder);
    for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
    removeStaleDraws(folder, Object.keys(files));
  } catch (error) {
    cannotWrite(folder, error);
  }
};

/** A method's name as part of a file's: "planar:layers=8" becomes "planar-layers-8". */
export const fileName = (method: string): string => method.replace(/[^\w.-]+/g, "-");
