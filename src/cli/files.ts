import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "./streams.ts";

/** Written whole under another name, then renamed: nobody finds half a file. */
const writeWhole = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/**
 * Writes files into a folder, which is made if need be. Those of the same names are replaced.
 * @throws Error where the folder cannot be made or written to.
 */
export const writeFiles = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
  } catch (error) {
    throw new Error(`--out ${folder}: cannot be written: ${messageOf(error)}`, { cause: error });
  }
};

/** A method's name as part of a file's: "planar:layers=8" becomes "planar-layers-8". */
export const fileName = (method: string): string => method.replace(/[^\w.-]+/g, "-");
