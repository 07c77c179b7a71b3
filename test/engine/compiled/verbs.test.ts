/** The verbs on example models: compiled, nothing falls back, and what comes out is what eager gives. */
import {
  type Engine,
  elbo,
  fit,
  hmc,
  iaf,
  lowRank,
  map,
  meanField,
  nuts,
  posteriorPredictive,
  priorPredictive,
  sample,
} from "fluvial";
import { describe, expect, it } from "vitest";
import eightSchools, { data as schools } from "../../../models/eight-schools-noncentred.ts";
import logistic, { data as launches } from "../../../models/logistic-regression.ts";
import { engines } from "../engines.ts";

const [eager, compiled] = ["eager-f64", "compiled-f64"].map(
  (name) => engines.find((engine) => engine.name.startsWith(name)) as Engine,
);
/** All numbers that a result holds, by their paths. */
const numbersOf = (x: unknown, path = ""): [string, number][] => {
  if (typeof x === "number") return [[path, x]];
  if (ArrayBuffer.isView(x)) return [...(x as Float64Array)].map((v, i) => [`${path}[${i}]`, v]);
  if (x === null || typeof x !== "object") return [];
  return Object.entries(x).flatMap(([key, value]) => numbersOf(value, `${path}.${key}`));
};

const alike = (got: unknown, want: unknown, tolerance: number): void => {
  const [mine, theirs] = [numbersOf(got), new Map(numbersOf(want))];
  expect(mine.length).toBeGreaterThan(0);
  expect(mine.length).toBe(theirs.size);
  for (const [path, v] of mine) {
    const w = theirs.get(path) as number;
    if (!Object.is(v, w)) expect(Math.abs(v - w) / Math.max(1, Math.abs(w)), path).toBeLessThan(tolerance);
  }
};

describe("fit", () => {
  it.each([meanField(), lowRank({ rank: 2 }), iaf({ layers: 2, hidden: 8 })])(
    "with $name comes to the same draws",
    async (guide) => {
      const run = (engine: Engine) =>
        fit(eightSchools, schools, {
          engine,
          guide: guide as never,
          objective: elbo({ draws: 2 }),
          steps: 40,
          draws: 100,
          seed: 2,
        });
      const [got, want] = [await run(compiled), await run(eager)];
      alike(got.draws, want.draws, 1e-8);
      expect(Math.abs(got.elbo - want.elbo)).toBeLessThan(1e-8);
    },
  );

  it("takes minibatches, annealing and restarts", async () => {
    const run = (engine: Engine) =>
      fit(logistic, launches, {
        engine,
        minibatch: { axis: "N", size: 7 },
        beta: (step) => step.add(1).div(20).minimum(1) as typeof step,
        restarts: 2,
        steps: 40,
        draws: 100,
      });
    alike((await run(compiled)).draws, (await run(eager)).draws, 1e-8);
  });
});

describe("other verbs", () => {
  it("map finds the same mode", async () => {
    const [got, want] = [
      await map(logistic, launches, { engine: compiled }),
      await map(logistic, launches, { engine: eager }),
    ];
    alike(got.values, want.values, 1e-6);
  });

  it.each([nuts(), hmc({ steps: 5 })])("sample begins with the same draws: $name", async (sampler) => {
    const run = (engine: Engine) =>
      sample(logistic, launches, { engine, sampler, chains: 2, warmup: 4, draws: 6, seed: 3 } as never);
    alike((await run(compiled)).draws, (await run(eager)).draws, 1e-6);
  });

  it("predictions are the same", async () => {
    alike(
      priorPredictive(eightSchools, schools, { engine: compiled, draws: 30 }),
      priorPredictive(eightSchools, schools, { engine: eager, draws: 30 }),
      1e-10,
    );
    const posterior = await fit(logistic, launches, { engine: eager, steps: 20, draws: 50 });
    alike(
      posteriorPredictive(logistic, launches, posterior, { engine: compiled }),
      posteriorPredictive(logistic, launches, posterior, { engine: eager }),
      1e-10,
    );
  });
});
