import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectSame } from "./agree.ts";

const folder = new URL("../../models/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const names = ["rats", "coal-mining", "hidden-markov", "survival-censored", "ordinal", "gp-counts"];

/** Variables that hold indices: from 0 in TypeScript, from 1 in a text's data. */
const indices = ["group", "additive", "county"];

type Data = Readonly<Record<string, readonly number[]>>;

const fromOne = (data: Data): Data =>
  Object.fromEntries(
    Object.entries(data).map(([name, values]) => [name, indices.includes(name) ? values.map((i) => i + 1) : values]),
  );

const example = async (name: string): Promise<{ readonly default: unknown; readonly data: Data }> =>
  (await import(new URL(`${name}.ts`, folder).href)) as { default: unknown; data: Data };

describe.each(names)("%s as text", (name) => {
  it("is the model in TypeScript, in both engines", async () => {
    const { default: model, data } = await example(name);
    const given = JSON.parse(read(`${name}.json`)) as Data;
    expect(given).toEqual(fromOne(data));
    await expectSame(read(`${name}.fluvial`), model, given, data);
  });
});

it("radon as text is the model in TypeScript, in both engines", async () => {
  const { default: model, data } = await example("radon");
  await expectSame(read("radon.fluvial"), model, fromOne(data), data);
});
