import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import schools, { data } from "../../models/eight-schools-noncentred.ts";
import { fit } from "../../src/infer/fit.ts";
import { posteriorPredictive, priorPredictive } from "../../src/infer/predict.ts";
import { sample } from "../../src/infer/sample.ts";
import { condition } from "../../src/model/condition.ts";
import { constructorNames } from "../../src/text/constructors.ts";
import { functionNames } from "../../src/text/functions.ts";
import { parseModel } from "../../src/text/parseModel.ts";

const text = readFileSync(new URL("../../models/eight-schools-noncentred.fluvial", import.meta.url), "utf8");
const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

describe("a model as text", () => {
  it("is sampled and fitted as the model in TypeScript is", async () => {
    const parsed = await parseModel(text, schools.name);
    const options = { seed: 2, draws: 100, warmup: 100, chains: 2 };
    const [mine, its] = [await sample(parsed, data as never, options), await sample(schools, data, options)];
    for (const [i, value] of its.draws.theta.values.entries())
      expect(Math.abs(mine.draws.theta.values[i] - value)).toBeLessThan(1e-6);
    const fitted = await fit(parsed, data as never, { seed: 2, steps: 200, draws: 100 });
    expect(Object.keys(fitted.draws)).toEqual(["mu", "tau", "z", "theta"]);
  });

  it("predicts observations, and of a series the parts that it observes", async () => {
    const series = { y: [1, 2, 30, 40, 50] };
    const lagged = await parseModel("data y[T]\nb ~ normal(1, 0.001)\ny[3:T] ~ normal(b * y[2:T-1], 0.01)");
    const drawn = priorPredictive(lagged, series as never, { draws: 200, seed: 1 }) as unknown as Record<
      string,
      { shape: number[]; values: Float64Array }
    >;
    expect(drawn.y.shape).toEqual([1, 200, 5]);
    const at = (i: number): number => mean(drawn.y.values.filter((_, k) => k % 5 === i));
    expect([at(0), at(1)]).toEqual([1, 2]);
    for (const [i, before] of [2, 30, 40].entries()) expect(Math.abs(at(2 + i) - before)).toBeLessThan(0.02);
    const posterior = await sample(lagged, { y: [1, 1, 1, 1, 1] } as never, {
      seed: 1,
      draws: 50,
      warmup: 50,
      chains: 1,
    });
    expect(posteriorPredictive(lagged, series as never, posterior, { draws: 20 })).toHaveProperty("y");
  });

  it("takes minibatches where its rows are a sum", async () => {
    const model = await parseModel(
      "data x[N], y[N]\na ~ normal(0, 1)\nlocal m[n] = a * x[n] + N * 0\ny ~ normal(m, 1)",
    );
    const rows = Array.from({ length: 40 }, (_, i) => i / 40);
    const fitted = await fit(model, { x: rows, y: rows.map((x) => 2 * x) } as never, {
      minibatch: { axis: "N", size: 10 },
      steps: 50,
      draws: 20,
    });
    expect(fitted.draws).toHaveProperty("a");
  });

  it("keeps what was known of missing values", async () => {
    const model = await parseModel("data y[N]\nmu ~ normal(0, 1)\ny ~ normal(mu, 1)");
    expect(() => condition(model, { y: [1, null, 2] } as never)).toThrow(/missing/);
  });
});

describe("docs/text-models.md", () => {
  const docs = readFileSync(new URL("../../docs/text-models.md", import.meta.url), "utf8");

  it("shows models that can be read", async () => {
    const models = [...docs.matchAll(/```\n([^`]*~[^`]*)```/g)]
      .map(([, each]) => each)
      .filter((each) => !each.includes("fluvial:"));
    expect(models.length).toBe(2);
    for (const each of models) await expect(parseModel(each)).resolves.toHaveProperty("sites");
  });

  it("lists every function", () => {
    for (const name of functionNames) expect(docs, name).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it("has no function under the name of a distribution", () => {
    expect(functionNames.filter((name) => constructorNames.includes(name))).toEqual([]);
  });
});
