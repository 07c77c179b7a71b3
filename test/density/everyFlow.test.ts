/** Every flow of the tables learns samples, goes into a file and comes back, and gives the same numbers in both engines. */
import { describe, expect, it } from "vitest";
import { boundedDensityOf, densityOf } from "../../src/density/density.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { BoundedDensity, FittedDensity } from "../../src/density/fitted.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { flowSpecs, stochasticFlowSpecs } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { rowsFrom } from "./samples.ts";

const rows = rowsFrom(1, 120, ({ normal }) => {
  const a = normal();
  return [a, a * a + 0.5 * normal()];
});
const few = rows.slice(0, 4);
/** Flows whose log-determinants or ways back are found by steps: as their contracts have it. */
const tolerance = 1e-6;

const farthest = (got: ArrayLike<number>, want: ArrayLike<number>): number =>
  Math.max(...Array.from(want, (each, i) => Math.abs(got[i] - each) / (1 + Math.abs(each))));

const engine = () => {
  const fellBack: string[] = [];
  return { fellBack, compiled: compiledEngine("f64", { warn: (message) => fellBack.push(message) }) };
};

describe.each(Object.entries(flowSpecs))("%s", (_, specOf) => {
  it("learns, is kept in files, and is the same in both engines", async () => {
    const { fellBack, compiled } = engine();
    const fit = await fitDensity(specOf(), rows, { steps: 3, batch: 32, engine: compiled });
    const logProb = fit.logProb(few);
    expect([...logProb].every(Number.isFinite)).toBe(true);
    const read = fromJson(toJson(fit)) as FittedDensity;
    expect([...read.logProb(few)]).toEqual([...logProb]);
    const eager = densityOf(read, read.spec, () => eagerEngine());
    expect(farthest(eager.logProb(few), logProb)).toBeLessThan(tolerance);
    expect(farthest(eager.sample(2).values, fit.sample(2).values)).toBeLessThan(tolerance);
    expect(fellBack).toEqual([]);
  });
});

describe.each(Object.entries(stochasticFlowSpecs))("%s", (_, specOf) => {
  it("learns, is kept in files, and is the same in both engines", async () => {
    const { fellBack, compiled } = engine();
    const fit = await fitDensity(specOf(), rows, { steps: 3, batch: 32, engine: compiled });
    const bound = fit.lowerBound(few, { draws: 2 });
    const read = fromJson(toJson(fit)) as BoundedDensity;
    expect([...read.lowerBound(few, { draws: 2 })]).toEqual([...bound]);
    const eager = boundedDensityOf(read, read.spec, () => eagerEngine());
    expect(farthest(eager.lowerBound(few, { draws: 2 }), bound)).toBeLessThan(tolerance);
    expect(fellBack).toEqual([]);
  });
});
