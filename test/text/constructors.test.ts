import { describe, expect, it } from "vitest";
import * as all from "../../src/distributions/all.ts";
import * as kernels from "../../src/distributions/covarianceKernels.ts";
import { condition } from "../../src/model/condition.ts";
import { isDistribution } from "../../src/model/site.ts";
import { constructorNames, constructorOf } from "../../src/text/constructors.ts";
import { parseModel } from "../../src/text/parseModel.ts";
import { build } from "../distributions/table/row.ts";
import { scalars } from "../distributions/table.ts";
import { vectors } from "../distributions/vectorTable.ts";

describe("the distributions of a text", () => {
  it("are all there are", () => {
    expect(Object.keys(all).filter((name) => !constructorNames.includes(name))).toEqual([]);
    expect(Object.keys(kernels).filter((name) => !constructorNames.includes(name))).toEqual([]);
  });

  it("name their parameters as the distributions themselves do", () => {
    const members = [
      ...Object.values(scalars).map((row) => build(row, row.parameters)),
      ...Object.values(vectors).map((row) => row.make(row.parameters as never)),
    ];
    for (const made of members) {
      const constructor = constructorOf(made.name);
      if (!isDistribution(made) || !constructor || constructor.parameters.some(({ kind }) => kind === "distribution"))
        continue;
      const names = [...constructor.parameters, ...constructor.options].map(({ name }) => name);
      const own = Object.keys(made.parameters).filter((name) => !/ of |\d/.test(name));
      expect(
        own.filter((name) => !names.includes(name)),
        made.name,
      ).toEqual([]);
      const inOrder = constructor.parameters.map(({ name }) => name).filter((name) => own.includes(name));
      expect(inOrder, `${made.name}: the order of its parameters`).toEqual(
        own.filter((name) => inOrder.includes(name)),
      );
    }
  });

  it("take series and how they begin", async () => {
    const text =
      "phi ~ uniform(0, 1)\nx[4] ~ autoregressive([phi], 1, initial = stationary)\nw[3] ~ gaussianRandomWalk(1, initial = normal(0, 5))";
    expect(condition(await parseModel(text), {}).size).toBe(8);
  });

  it("take each argument by place or by name", async () => {
    const draws = async (text: string): Promise<Readonly<Record<string, number>>> =>
      condition(await parseModel(text), {}).terms(Float64Array.of(0.3));
    expect(await draws("x ~ studentT(3, 1, 2)")).toEqual(await draws("x ~ studentT(scale = 2, df = 3, loc = 1)"));
    expect(await draws("x ~ studentT(3, scale = 2, loc = 1)")).toEqual(await draws("x ~ studentT(3, 1, 2)"));
  });
});
