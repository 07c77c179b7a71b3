import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../core/check.ts";
import type { Coords } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { registerHooks } from "./hooks.ts";
import { readText, textEnding } from "./readText.ts";
import { messageOf } from "./streams.ts";

/** What a model file exports. */
export interface ModelModule {
  readonly model: Model;
  readonly data?: unknown;
  readonly coords?: Coords;
}

const endings = [".ts", ".mts", ".js", ".mjs", textEnding];

/** The place at which Node itself gives up reading a file of JavaScript, if it does; what it says of other files is no place. */
const brokenPlace = (path: string): string | undefined => {
  if (!/\.m?js$/.test(path)) return undefined;
  const { stderr } = spawnSync(process.execPath, ["--check", path], { encoding: "utf8" });
  const [head, , marks = ""] = stderr.split("\n");
  if (!head.startsWith(`${resolve(path)}:`)) return undefined;
  const line = head.slice(resolve(path).length + 1);
  const column = marks.indexOf("^") + 1;
  return column > 0 ? `${line}:${column}` : line;
};

/** What esbuild says of a syntax error, its columns from 1; a file that the model imports goes by its name. */
const reported = (path: string, message: string): string | undefined => {
  const found = /([^\n]*):(\d+):(\d+): ERROR: (.*)/.exec(message);
  if (!found) return undefined;
  const [, file, line, column, text] = found;
  const where = basename(file) === basename(path) ? "" : `${basename(file)}, `;
  return `${where}line ${line}:${Number(column) + 1}: ${text}`;
};

const isCommonJs = (text: string): boolean =>
  /Require stack:|\bmodule\.exports\b|\brequire\(|\b(require|module|exports) is not defined/.test(text);

const commonJsHint = "models are ES modules: write import and export default in place of require and module.exports";

/** The reason in one line, with the place of a syntax error: esbuild reports it, Node has to be asked. */
const why = (path: string, error: unknown): string => {
  const message = messageOf(error);
  if (isCommonJs(message)) return `${message}; ${commonJsHint}`;
  const report = reported(path, message);
  if (report) return report;
  const place = error instanceof SyntaxError ? brokenPlace(path) : undefined;
  return place ? `line ${place}: ${message}` : message;
};

const importFile = async (path: string): Promise<Record<string, unknown>> => {
  const url = pathToFileURL(resolve(path)).href;
  await registerHooks(url);
  try {
    return await import(/* @vite-ignore */ url);
  } catch (error) {
    throw new Error(`${path}: failed while loading: ${why(path, error)}`, { cause: error });
  }
};

const isLabels = (x: unknown): x is readonly string[] =>
  Array.isArray(x) && x.every((label) => typeof label === "string");

const coordsOf = (path: string, coords: unknown): Coords | undefined => {
  if (coords === undefined) return undefined;
  if (typeof coords !== "object" || coords === null || Array.isArray(coords))
    return fail(`${path}: the export "coords" must be an object of lists of labels`);
  for (const [axis, labels] of Object.entries(coords))
    if (!isLabels(labels)) fail(`${path}: coords.${axis} must be a list of labels`);
  return coords as Coords;
};

const describe = (x: unknown): string =>
  x === null ? "null" : Array.isArray(x) ? "a list" : `${typeof x === "object" ? "an" : "a"} ${typeof x}`;

/** A model as text, named after its file. */
const readModel = async (path: string): Promise<ModelModule> => {
  const { parseModel } = await import("../text/parseModel.ts");
  return { model: await parseModel(readText(path), basename(path, textEnding)) };
};

/**
 * Imports a model file and checks what it exports, or reads a model as text.
 * @throws FluvialError or Error, one line that starts with the path.
 */
export const loadModel = async (path: string): Promise<ModelModule> => {
  if (!existsSync(path)) fail(`${path}: there is no such file`);
  if (!endings.includes(extname(path))) fail(`${path}: a model is a ${endings.join(", ")} file`);
  if (extname(path) === textEnding) return readModel(path);
  const module = await importFile(path);
  const { isModel } = await import("../model/model.ts");
  const { default: model, data } = module;
  if (model === undefined) {
    const others = Object.keys(module);
    fail(
      `${path}: has no default export${others.length ? `, only ${others.join(", ")}` : ""}; write "export default model(…)…"`,
    );
  }
  if (!isModel(model)) {
    const hint = isCommonJs(readFileSync(path, "utf8")) ? `; ${commonJsHint}` : "";
    return fail(`${path}: the default export is not a model but ${describe(model)}${hint}`);
  }
  return { model, data, coords: coordsOf(path, module.coords) };
};
