import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: { alias: { "fluvial/plot": here("src/plot/index.ts"), fluvial: here("src/index.ts") } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000, pool: "forks", maxWorkers: 2 },
});
