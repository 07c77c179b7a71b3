import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { condition } from "../../src/model/condition.ts";
import type { Model } from "../../src/model/model.ts";
import { parseModel } from "../../src/text/parseModel.ts";
import { expectSame } from "./agree.ts";

const folder = new URL("../../models/", import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(`${name}.fluvial`, folder), "utf8");
const names = [
  "eight-schools",
  "eight-schools-noncentred",
  "linear-regression",
  "logistic-regression",
  "funnel",
  "banana",
];

describe.each(names)("%s as text", (name) => {
  it("is the model in TypeScript, in both engines", async () => {
    const { default: model, data } = (await import(new URL(`${name}.ts`, folder).href)) as {
      default: unknown;
      data: unknown;
    };
    await expectSame(textOf(name), model, data);
  });

  it("names the same quantities with the same shapes", async () => {
    const { default: model, data } = (await import(new URL(`${name}.ts`, folder).href)) as {
      default: Model;
      data: never;
    };
    const parsed = await parseModel(textOf(name), model.name);
    const shapes = (each: Model): unknown =>
      Object.entries(condition(each, data).quantities).map(([quantity, { shape, axes }]) => [
        quantity,
        shape,
        axes ?? [],
      ]);
    expect(shapes(parsed)).toEqual(shapes(model));
    expect(parsed.source).toEqual({ name: model.name, text: textOf(name) });
  });
});
