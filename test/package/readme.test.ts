import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { compilers } from "./installed.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);

// Inside the repository, where the packages are; under a name that git ignores.
const folder = mkdtempSync(join(root, "out-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("the README", () => {
  it("shows code", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
    expect(blocks[0].split("\n").length).toBeLessThanOrEqual(40);
  });

  it("shows code that compiles", async () => {
    for (const [i, code] of blocks.entries()) write(`block${i}.ts`, code);
    const config = write(
      "tsconfig.json",
      JSON.stringify({ extends: join(root, "tsconfig.json"), include: ["block*.ts"] }),
    );
    const { stdout } = await run(process.execPath, [compilers["TypeScript 6"], "-p", config]).catch((error) => error);
    expect(stdout).toBe("");
  });

  it.each(blocks.map((code, i) => [i + 1, code] as const))("shows code that runs: block %i", async (i, code) => {
    const small = code.replace('from "fluvial"', `from ${JSON.stringify(join(here, "small.ts"))}`);
    const { stdout, stderr } = await run(process.execPath, ["--import", "tsx", write(`run${i}.ts`, small)], {
      cwd: root,
    });
    expect(stderr).toBe("");
    expect(stdout).not.toBe("");
  });

  it("links to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
