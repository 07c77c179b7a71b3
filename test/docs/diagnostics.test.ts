/** The programs of docs/diagnostics.md, run as they stand. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const text = readFileSync(join(root, "docs/diagnostics.md"), "utf8");
const programs = [...text.matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map(([, code]) => code);

// Inside the repository, where the packages are; under a name that git ignores.
const folder = mkdtempSync(join(root, "out-readme-diagnostics-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ofSource = (code: string): string =>
  code
    .replaceAll('from "fluvial/plot"', `from ${JSON.stringify(join(root, "src/plot/index.ts"))}`)
    .replaceAll('from "fluvial"', `from ${JSON.stringify(join(root, "src/index.ts"))}`);

describe("docs/diagnostics.md", () => {
  it("shows programs", () => {
    expect(programs.length).toBeGreaterThanOrEqual(3);
  });

  it.each(programs.map((code, i) => [i + 1, code] as const))("program %i runs", async (i, code) => {
    const path = join(folder, `run${i}.ts`);
    writeFileSync(path, ofSource(code));
    const { stdout, stderr } = await run(process.execPath, ["--import", "tsx", path], { cwd: root });
    expect(stderr).toBe("");
    expect(stdout).not.toBe("");
  });
});
