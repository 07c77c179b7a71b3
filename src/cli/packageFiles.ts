import { readFileSync } from "node:fs";

/** This very module runs as TypeScript from the sources, or from the bundle, where all modules lie in one folder. */
const fromSources = import.meta.url.endsWith(".ts");

const near = (path: string): string => new URL(path, import.meta.url).href;

/** What the names of this package mean to a model, wherever its file is: the modules that this program itself runs on. */
export const packageModules = (): Readonly<Record<string, string>> => {
  const [index, plot] = fromSources ? ["../index.ts", "../plot/index.ts"] : ["./index.js", "./plot.js"];
  return { fluvial: near(index), "fluvial/plot": near(plot) };
};

export const packageVersion = (): string => {
  const file = new URL(fromSources ? "../../package.json" : "../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
};
