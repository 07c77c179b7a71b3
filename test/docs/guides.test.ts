/** The table of docs/guides.md holds every guide that is no flow. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { flowSpecs, stochasticFlowSpecs } from "../../src/flows/index.ts";
import { guideSpecs } from "../../src/guides/index.ts";
import * as fluvial from "../../src/index.ts";
import { brokenLinks } from "./shown.ts";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));
const text = readFileSync(join(docs, "guides.md"), "utf8");
const rows = text.split("\n").flatMap((line) => {
  const [, name, source, rest] = /^\| \[`([\w-]+)`\]\(([^)]+)\) \| (.*) \|$/.exec(line) ?? [];
  return name === undefined ? [] : [{ name, source, cells: rest.split(" | ") }];
});

it("has a row for every guide that is no flow, and none for another", () => {
  const flows = { ...flowSpecs, ...stochasticFlowSpecs };
  const wanted = Object.keys(guideSpecs).filter((name) => !Object.hasOwn(flows, name));
  expect(rows.map(({ name }) => name)).toEqual(wanted);
});

it("links to places that are there", () => expect(brokenLinks(text)).toEqual([]));

describe.each(rows.map((row) => [row.name, row] as const))("the row of %s", (name, { source, cells }) => {
  it("is complete, and links to the constructor, whose docstring has the paper's year", () => {
    expect(cells).toHaveLength(5);
    const code = readFileSync(join(docs, source), "utf8");
    expect(code).toMatch(new RegExp(`name: (who|"${name}")`));
    expect(code).toContain(`"${name}"`);
    for (const [year] of cells[4].matchAll(/\d{4}/g)) expect(code).toContain(year);
  });

  it("names what is public in code", () => {
    const [, own] = /^`(\w+)\(/.exec(cells[0]) ?? [];
    expect(fluvial).toHaveProperty(own);
  });
});
