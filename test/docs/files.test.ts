/** The programs of docs/files.md and docs/corrected-fits.md, run as they stand. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = ["files", "corrected-fits"].flatMap((name) => {
  const text = readFileSync(join(root, `docs/${name}.md`), "utf8");
  return [...text.matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map(
    ([, code], i) => [`${name} ${i + 1}`, code] as const,
  );
});

// Inside the repository, where the packages are; under a name that git ignores.
const folder = mkdtempSync(join(root, "out-readme-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("there are such", () => expect(programs).toHaveLength(2));

it.each(programs)("program of %s runs", async (name, code) => {
  const path = join(folder, `${name.replace(" ", "-")}.ts`);
  writeFileSync(path, code.replace('from "fluvial"', `from ${JSON.stringify(join(root, "src/index.ts"))}`));
  const { stdout, stderr } = await run(process.execPath, ["--import", "tsx", path], { cwd: root });
  expect(stderr).toBe("");
  expect(stdout).not.toBe("");
});
