import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's project with the packed package in its node_modules. */
export interface Project {
  readonly folder: string;
  /** What the package holds, as paths inside it. */
  readonly packed: readonly string[];
  write(name: string, text: string): string;
  /** Runs Node in the project; a failure is a status, not an exception. */
  node(...args: readonly string[]): Promise<Ran>;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the repository as it is built now; running its scripts would build again under the feet of other tests. */
const pack = async (into: string): Promise<Packed> => {
  if (!existsSync(join(root, "dist/index.js"))) throw new Error('dist is not built: run "npm run build" first');
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", into], {
    cwd: root,
  });
  return (JSON.parse(stdout) as Packed[])[0];
};

/** Links a dependency of ours, as an installation would put it there. */
const link = (name: string, modules: string): void => {
  const at = join(modules, name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(join(root, "node_modules", name), at);
};

/** Sets up a project outside the repository, with nothing in reach but what an installation would bring. */
export const install = async (): Promise<Project> => {
  const folder = mkdtempSync(join(tmpdir(), "fluvial-package-"));
  const modules = join(folder, "node_modules");
  const home = join(modules, "fluvial");
  mkdirSync(home, { recursive: true });
  const { filename, files } = await pack(folder);
  await run("tar", ["-xzf", join(folder, filename), "-C", home, "--strip-components", "1"]);
  const { dependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) link(name, modules);
  writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }');
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const node = async (...args: readonly string[]): Promise<Ran> => {
    try {
      return { status: 0, ...(await run(process.execPath, [...args], { cwd: folder })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    }
  };
  return { folder, packed: files.map(({ path }) => path).sort(), write, node };
};

/** The compilers of the repository: today's, and the one that notebooks run on. */
export const compilers: Readonly<Record<string, string>> = {
  "TypeScript 6": join(root, "node_modules/typescript/bin/tsc"),
  "TypeScript 5.0": join(root, "node_modules/typescript-5.0/bin/tsc"),
};
