/** The table of docs/flows.md holds every flow, and says of each what is so; its parts are public. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { hostKey } from "../../src/core/key.ts";
import { flowSpecs, stochasticFlowSpecs } from "../../src/flows/index.ts";
import * as library from "../../src/index.ts";
import { key } from "../../src/ops/random.ts";
import { brokenLinks, shownFiles } from "./shown.ts";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));
const { text, remove } = shownFiles("flows");
afterAll(remove);

interface FlowRow {
  readonly name: string;
  readonly source: string;
  readonly cells: readonly string[];
}

/** The rows of the table below a heading. */
const rowsBelow = (heading: string): FlowRow[] =>
  (text.split(`\n## ${heading}\n`)[1] ?? "")
    .split("\n## ")[0]
    .split("\n")
    .flatMap((line) => {
      const [, name, source, rest] = /^\| \[`([\w-]+)`\]\(([^)]+)\) \| (.*) \|$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, source, cells: rest.split(" | ") }];
    });

const rows = rowsBelow("Every flow");
const inCode = (name: string): string =>
  name === "linear" ? "linearFlow" : name.replace(/-./g, (dash) => dash[1].toUpperCase());

it("has a row for every flow, and none for another", () => {
  const known = [...Object.keys(flowSpecs), ...Object.keys(stochasticFlowSpecs)];
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
});

describe.each(rows.map((row) => [row.name, row] as const))("the row of %s", (name, { source, cells }) => {
  const [year, , , , , density, samples] = cells;

  it("is complete, and links to the constructor, whose docstring has the year", () => {
    expect(cells).toHaveLength(9);
    for (const [i, cell] of cells.entries()) expect(cell, `cell ${i}`).not.toBe("");
    const code = readFileSync(join(docs, source), "utf8");
    expect(code).toMatch(new RegExp(`export const ${inCode(name)}(: \\w+)? = `));
    expect(code).toMatch(year === "–" ? name : year);
    const table = { ...flowSpecs, ...stochasticFlowSpecs };
    expect((library as Readonly<Record<string, unknown>>)[inCode(name)]).toBe(table[name]);
  });

  it("says where its density is known, and which way samples go", () => {
    const spec = flowSpecs[name]?.();
    if (!spec) return expect([density, samples]).toEqual(["a bound", "inverse"]);
    tf.tidy(() => {
      const guide = spec.for({ size: 2, logDensity: (z) => z.sum(-1), constrain: (z) => z });
      if (guide instanceof Promise) throw new Error("a flow needs no target");
      const anywhere = "logProb" in guide.at(guide.init(key(hostKey(1))));
      expect(density.split(",")[0]).toBe(anywhere ? "anywhere" : "at draws");
    });
    expect(samples.split(";")[0]).toBe(spec.dataGo);
  });
});

it("links to places that are there", () => expect(brokenLinks(text)).toEqual([]));

it("names parts that are public, and all of them", () => {
  const [, below] = text.split("| part | where in `src/` | what it is |");
  const cells = below
    .split("\n\n")[0]
    .split("\n")
    .flatMap((line) => /^\| ([^|]+) \|.*?\| ([^|]+) \|$/.exec(line)?.slice(1) ?? []);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name]) => name));
  const parts = Object.keys(library.flowParts);
  expect(named.filter((name) => name !== "Monotone" && name !== "stack" && !parts.includes(name))).toEqual([]);
  expect(parts.filter((name) => !named.includes(name) && !text.includes(`\`${name}\``))).toEqual([]);
});
