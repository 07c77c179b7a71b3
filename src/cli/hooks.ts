import { register } from "node:module";
import { packageModules } from "./packageFiles.ts";

/**
 * Runs beside the main thread, as text, so that it needs no file of its own. The names of this package mean the modules that are
 * loaded already. A user's TypeScript is a module, and so is JavaScript with `import` or `export` in it, where neither its ending
 * nor a package.json says so; tsx, which comes next, would take it for CommonJS and leave `fluvial` to `require`.
 */
const source = `
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
let known = {};
let spare = {};
export const initialize = (names) => { ({ known, spare } = names); };
const isFile = (url) => statSync(fileURLToPath(url), { throwIfNoEntry: false })?.isFile() ?? false;
const isModule = (url) =>
  /\\.m?ts$/.test(url) || (/\\.m?js$/.test(url) && /^\\s*(import|export)\\b/m.test(readFileSync(fileURLToPath(url), "utf8")));
const candidates = (url) => [url, url.replace(/\\.(m?)js$/, ".$1ts"), url + ".ts", url + ".js", url + "/index.ts"];
const find = (specifier, parent) => {
  if (Object.hasOwn(known, specifier)) return known[specifier];
  if (!/^\\.\\.?\\//.test(specifier) || !parent?.startsWith("file:") || parent.includes("/node_modules/")) return undefined;
  return candidates(new URL(specifier, parent).href).find(isFile);
};
export const resolve = async (specifier, context, next) => {
  const url = find(specifier, context.parentURL);
  if (url && isModule(url)) return { url, format: "module", shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !Object.hasOwn(spare, specifier)) throw error;
    return next(spare[specifier], context);
  }
};`;

/** A model whose folder has no TensorFlow.js gets ours. */
const tensorFlow = "@tensorflow/tfjs";

/**
 * Lets model files anywhere be TypeScript and import "fluvial" and TensorFlow.js. They get the modules of this program, never a second copy.
 * @param entry the file that is imported next, as a URL.
 */
export const registerHooks = async (entry: string): Promise<void> => {
  const { register: registerTypeScript } = await import("tsx/esm/api");
  registerTypeScript();
  register(`data:text/javascript,${encodeURIComponent(source)}`, {
    data: { known: { ...packageModules(), [entry]: entry }, spare: { [tensorFlow]: import.meta.resolve(tensorFlow) } },
  });
};
