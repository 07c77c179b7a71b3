/** The programs of the pages on modelling, run as they stand: those of a page in one process. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** How many programs each page has at least. */
const pages: Readonly<Record<string, number>> = {
  guide: 9,
  "from-stan": 3,
  distributions: 7,
  supports: 2,
  densities: 4,
  flows: 7,
  guides: 3,
  objectives: 2,
  "densities-table": 2,
  mixtures: 3,
  ladder: 1,
};

// Inside the repository, where the packages are; under a name that git ignores.
const folder = mkdtempSync(join(root, "out-readme-pages-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pathOf = (page: string): string => join(root, `docs/${page}.md`);

const programsOf = (page: string): string[] =>
  [...readFileSync(pathOf(page), "utf8").matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)].map(([, code]) =>
    code
      .replace('from "fluvial"', `from ${JSON.stringify(join(root, "src/index.ts"))}`)
      .replace('from "fluvial/plot"', `from ${JSON.stringify(join(root, "src/plot/index.ts"))}`)
      .replace('from "@tensorflow/tfjs"', 'from "#tfjs"'),
  );

/** One program after the other; what is printed last names the one that failed. */
const runner = (files: readonly string[]): string =>
  files.map((file, i) => `console.log("program ${i + 1}");\nawait import("./${file}");\n`).join("");

describe.each(Object.entries(pages))("docs/%s.md", (page, least) => {
  it("has programs that run", async () => {
    const programs = programsOf(page);
    expect(programs.length).toBeGreaterThanOrEqual(least);
    const files = programs.map((_, i) => `${page}-${i + 1}.mts`);
    for (const [i, code] of programs.entries()) writeFileSync(join(folder, files[i]), code);
    writeFileSync(join(folder, `${page}.mts`), runner(files));
    const { stdout, stderr } = await run(process.execPath, ["--import", "tsx", join(folder, `${page}.mts`)], {
      cwd: root,
    });
    expect(stderr).toBe("");
    expect(stdout).toContain(`program ${programs.length}`);
  });

  it("links to files that are there", () => {
    const text = readFileSync(pathOf(page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path);
    const examples = [...text.matchAll(/`(models\/[\w/-]+\.\w+)`/g)].map(([, path]) => `../${path}`);
    expect([...links, ...examples].filter((path) => !existsSync(join(dirname(pathOf(page)), path)))).toEqual([]);
  });
});
