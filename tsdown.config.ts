import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";

const shared = { format: "esm", outDir: "dist", clean: false, fixedExtension: false, sourcemap: false } as const;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig([
  // TensorFlow.js for Node, in one file: what "#tfjs" resolves to there.
  {
    ...shared,
    entry: { tfjs: "src/tfjs/node.ts" },
    platform: "node",
    dts: false,
    minify: true,
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    alias: { "node-fetch": here("src/tfjs/fetch.ts") },
    treeshake: false,
    inputOptions: (options) => ({ ...options, resolve: { ...options.resolve, mainFields: ["module", "main"] } }),
  },
]);
