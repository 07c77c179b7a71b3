import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { compiledEngine, fit, type Scalar } from "../../src/index.ts";
import { stagesOfFit, stagesOfGradient } from "./stages.ts";
import { conditioned, data, simplified, threePoints, traced } from "./worked.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const document = here("../../docs/engine.md");

/** The document with each block under "<!-- made: name -->" replaced by what the engine gives now. */
const withBlocks = (text: string, blocks: Readonly<Record<string, string>>): string =>
  text.replace(/(<!-- made: (\w+) -->\n```\w+\n)[\s\S]*?(\n```)/g, (_, head: string, name: string, tail: string) => {
    if (!Object.hasOwn(blocks, name)) throw new Error(`docs/engine.md: there is no block ${name}`);
    return `${head}${blocks[name]}${tail}`;
  });

// `npx vitest run test/docs -u` writes the blocks anew.
it("docs/engine.md shows what the engine makes of its example", async () => {
  const example = readFileSync(here("worked.ts"), "utf8").replace(/^\/\*\*.*\*\/\n/, "");
  const blocks = {
    example: example.replaceAll("export const", "const").replaceAll(": string", "").trimEnd(),
    traced,
    simplified,
    ...stagesOfGradient((z, given) => conditioned.at(given).logDensity(z) as Scalar, conditioned.size, data),
    fit: await stagesOfFit(compiledEngine(), (engine) => fit(threePoints, { y: [1, 2, 4] }, { engine, steps: 50 })),
  };
  const text = readFileSync(document, "utf8");
  for (const name of Object.keys(blocks)) expect(text).toContain(`<!-- made: ${name} -->`);
  await expect(withBlocks(text, blocks)).toMatchFileSnapshot(document);
});

it("the documents link to files that are there", () => {
  for (const name of ["engine.md", "architecture.md"]) {
    const text = readFileSync(here(`../../docs/${name}`), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path);
    expect(links.filter((path) => !existsSync(here(`../../docs/${path}`)))).toEqual([]);
  }
});
