import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";

const shared = {
  format: "esm",
  outDir: "dist",
  target: "es2022",
  tsconfig: "tsconfig.build.json",
  fixedExtension: false,
  sourcemap: false,
} as const;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Declarations name the real package: not every way of resolving types knows the import map of package.json. */
const declaredTensorflow = {
  name: "declared-tensorflow",
  generateBundle: (_: unknown, bundle: Record<string, { fileName: string; code?: string }>): void => {
    for (const chunk of Object.values(bundle))
      if (chunk.code && chunk.fileName.endsWith(".d.ts"))
        chunk.code = chunk.code.replaceAll('"#tfjs"', '"@tensorflow/tfjs"');
  },
};

/** A script becomes a module that exports it as text: a thread needs no address of its own, which bundlers would break. */
const asText = {
  name: "as-text",
  generateBundle: (_: unknown, bundle: Record<string, { code?: string; imports?: readonly string[] }>): void => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.imports?.length) throw new Error(`a worker can import nothing, but needs ${chunk.imports.join(", ")}`);
      chunk.code = `export default ${JSON.stringify(chunk.code)};\n`;
    }
  },
};

export default defineConfig([
  // TensorFlow.js for Node, in one file: what "#tfjs" resolves to there.
  {
    ...shared,
    name: "tfjs",
    clean: false,
    entry: { tfjs: "src/tfjs/node.ts" },
    platform: "node",
    dts: false,
    minify: true,
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    alias: { "node-fetch": here("src/tfjs/fetch.ts") },
    treeshake: false,
    inputOptions: (options) => ({ ...options, resolve: { ...options.resolve, mainFields: ["module", "main"] } }),
  },
  // What worker threads run, as text: what "#worker" resolves to.
  {
    ...shared,
    name: "worker",
    clean: false,
    entry: { worker: "src/worker/main.ts" },
    format: "iife",
    outputOptions: { entryFileNames: "worker.js" },
    platform: "neutral",
    dts: false,
    minify: true,
    plugins: [asText],
  },
  // The library, the plots and the command line over one set of chunks: all three run on one copy of every module.
  {
    ...shared,
    name: "library",
    entry: { index: "src/index.ts", plot: "src/plot/index.ts", cli: "src/cli/main.ts" },
    platform: "neutral",
    dts: { oxc: true, entry: ["src/index.ts", "src/plot/index.ts"] },
    // Of mathjs only its parser, in a chunk of its own: the whole takes a second to load.
    deps: {
      alwaysBundle: ["mathjs", /^@babel\/runtime/],
      neverBundle: ["#tfjs", "#worker", /^node:/],
      onlyBundle: false,
    },
    hash: false,
    clean: ["dist/*", "!dist/tfjs.js", "!dist/worker.js"],
    plugins: [declaredTensorflow],
    inputOptions: (options) => ({ ...options, resolve: { ...options.resolve, mainFields: ["module", "main"] } }),
    onSuccess: () => chmod(here("dist/cli.js"), 0o755),
  },
]);
