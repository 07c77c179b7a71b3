import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { logisticData } from "../logistic.ts";

/** The data of the logistic regression as doubles: rows, columns, X row by row, y. */
export const logisticFile = "logistic.f64";

/** Scripts of ours, beside this file. */
const ownScripts = ["numpyro_nuts.py", "numpyro_steps.py", "jax_flows.py", "torch_flows.py", "rstan_twelve.R"];
const ownPrograms = "stan";

/** Copies the files of a folder; the copies may be written to, whatever the originals say. */
const copy = (from: string, to: string): void => {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source));
  }
};

/** The data of bench/logistic.ts, as the C++ program and as the scripts read them. */
const writeLogistic = (folder: string): void => {
  const { X, y } = logisticData();
  const [rows, columns] = X.shape;
  writeFileSync(join(folder, logisticFile), Float64Array.from([rows, columns, ...X.values, ...y]));
  const table = Array.from({ length: rows }, (_, i) => [...X.values.subarray(i * columns, (i + 1) * columns)]);
  writeFileSync(join(folder, "logreg.json"), JSON.stringify({ N: rows, D: columns, X: table, y: [...y] }));
};

export interface Scratch {
  readonly folder: string;
  readonly dispose: () => void;
}

/**
 * A folder with a copy of the peers' scripts, our own and the data; the scripts write beside themselves.
 * @param peers the folder of scripts; where it is absent, our own programs stand alone.
 * @param cache a folder to keep: compiled Stan models found there are used again. Else a temporary one.
 */
export const scratch = (peers: string, cache?: string): Scratch => {
  const folder = cache === undefined ? mkdtempSync(join(tmpdir(), "fluvial-peers-")) : resolve(cache);
  mkdirSync(folder, { recursive: true });
  if (existsSync(peers)) copy(peers, folder);
  for (const script of ownScripts) cpSync(fileURLToPath(new URL(script, import.meta.url)), join(folder, script));
  copy(fileURLToPath(new URL(ownPrograms, import.meta.url)), join(folder, ownPrograms));
  writeLogistic(folder);
  return { folder, dispose: () => cache === undefined && rmSync(folder, { recursive: true }) };
};
