import { register } from "node:module";
import { packageModules } from "./packageFiles.ts";

/**
 * Runs beside the main thread, as text, so that it needs no file of its own. It resolves the names of this package to the modules
 * that are loaded already, and takes a file with `import` or `export` in it for a module, where neither its ending nor a
 * package.json says so.
 */
const source = `
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
let known = {};
export const initialize = (names) => { known = names; };
const isModule = (url) =>
  /^file:.*\\.[mt]?[jt]s$/.test(url) && !url.includes("/node_modules/") &&
  /^\\s*(import|export)\\b/m.test(readFileSync(fileURLToPath(url), "utf8"));
export const resolve = async (specifier, context, next) => {
  const found = Object.hasOwn(known, specifier) ? { url: known[specifier], shortCircuit: true } : await next(specifier, context);
  const url = found.url.split("?")[0];
  return isModule(url) ? { ...found, url, format: "module" } : found;
};`;

/**
 * Lets model files anywhere be TypeScript and import "fluvial". They get the modules of this program, never a second copy.
 * @param entry the file that is imported next, as a URL.
 */
export const registerHooks = async (entry: string): Promise<void> => {
  const { register: registerTypeScript } = await import("tsx/esm/api");
  registerTypeScript();
  register(`data:text/javascript,${encodeURIComponent(source)}`, { data: { ...packageModules(), [entry]: entry } });
};
