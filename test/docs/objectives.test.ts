/** The table of docs/objectives.md holds every objective, and says of each what it needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Density, Gaussian, Sampler } from "../../src/core/density.ts";
import { hostKey } from "../../src/core/key.ts";
import { meanField } from "../../src/guides/index.ts";
import { type Objective, objectiveSpecs } from "../../src/objectives/index.ts";
import { key } from "../../src/ops/random.ts";
import { lineTarget } from "../objectives/line.ts";
import { nowWith } from "../objectives/many.ts";
import { brokenLinks } from "./shown.ts";

const docs = fileURLToPath(new URL("../../docs", import.meta.url));
const text = readFileSync(join(docs, "objectives.md"), "utf8");
const rows = text.split("\n").flatMap((line) => {
  const [, name, source, rest] = /^\| \[`([\w-]+)`\]\(([^)]+)\) \| (.*) \|$/.exec(line) ?? [];
  return name === undefined ? [] : [{ name, source, cells: rest.split(" | ") }];
});

it("has a row for every objective, and none for another", () =>
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(objectiveSpecs)));

it("links to places that are there", () => expect(brokenLinks(text)).toEqual([]));

describe.each(rows.map((row) => [row.name, row] as const))("the row of %s", (name, { source, cells }) => {
  it("is complete, and links to the constructor, whose docstring has the paper's year", () => {
    expect(cells).toHaveLength(6);
    const code = readFileSync(join(docs, source), "utf8");
    expect(code).toContain(`objectiveOf("${name}"`);
    for (const [year] of cells[5].matchAll(/\d{4}/g)) expect(code).toContain(year);
  });

  it("says what it needs of a guide", () =>
    tf.tidy(() => {
      const guide = meanField().for(lineTarget);
      if (guide instanceof Promise) throw new Error("mean-field needs no search");
      const normal = guide.at(guide.init(key(hostKey(1)))) as Gaussian;
      const sampler: Sampler = { draw: normal.draw };
      const density: Density = { ...sampler, logProb: normal.logProb };
      const runs = (q: Sampler): boolean => {
        try {
          (objectiveSpecs[name]() as unknown as Objective)(lineTarget, q, key(hostKey(2)), nowWith(1));
          return true;
        } catch {
          return false;
        }
      };
      const least = runs(sampler) ? "sampler" : runs(density) ? "density" : runs(normal) ? "normal" : "none";
      expect(cells[1].split(",")[0]).toBe(least);
    }));
});
