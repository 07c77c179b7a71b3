import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "out", "bench");

/** The library and the programs of bench/fresh, built as the package is: as fresh processes load it. */
export const buildFresh = async (): Promise<void> => {
  const entry = (name: string): [string, string] => [name, join(root, "bench", "fresh", `${name}.ts`)];
  await build({
    config: false,
    cwd: root,
    entry: {
      index: join(root, "src", "index.ts"),
      ...Object.fromEntries(["nuts", "step", "compile", "memory", "start"].map(entry)),
    },
    outDir: folder,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    tsconfig: join(root, "tsconfig.json"),
    fixedExtension: false,
    hash: false,
    dts: false,
    clean: true,
    logLevel: "error",
    deps: { neverBundle: [/^#/, /^node:/] },
  });
};

/**
 * Runs a program of bench/fresh in a process of its own.
 * @returns what its last line says, as JSON.
 * @throws Error where it fails.
 */
export const fresh = <T>(program: string, ...parameters: readonly string[]): T => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, `${program}.js`), ...parameters], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status !== 0) throw new Error(`bench/fresh/${program}.ts: ${stderr.trim() || `ended with status ${status}`}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string) as T;
};
