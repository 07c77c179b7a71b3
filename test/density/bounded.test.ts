/** Flows with noise of their own: bounds in place of densities. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { BoundedDensity } from "../../src/density/fitted.ts";
import { cif, langevin, maf, planar } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { halfLog2Pi, meanOf, rowsFrom } from "./samples.ts";

const two = rowsFrom(1, 1000, ({ uniform, normal }) => [(uniform() < 0.5 ? -2 : 2) + 0.5 * normal(), normal()]);
const fresh = rowsFrom(2, 500, ({ uniform, normal }) => [(uniform() < 0.5 ? -2 : 2) + 0.5 * normal(), normal()]);
const logNormal = (x: number, mean: number, sd: number): number =>
  -halfLog2Pi - Math.log(sd) - 0.5 * ((x - mean) / sd) ** 2;
const truth = ([x, y]: readonly number[]): number =>
  Math.log(0.5 * Math.exp(logNormal(x, -2, 0.5)) + 0.5 * Math.exp(logNormal(x, 2, 0.5))) + logNormal(y, 0, 1);

/** By how many standard errors the second rows lie above the first, row by row. */
const riseZ = (one: Float64Array, other: Float64Array): number => {
  const rises = other.map((value, i) => value - one[i]);
  const mean = meanOf(rises);
  return mean / Math.sqrt(meanOf(rises.map((rise) => (rise - mean) ** 2)) / rises.length);
};

describe.each([
  ["langevin", langevin({ steps: 4 }), 0.01],
  ["cif over maf", cif({ layers: 2, base: maf({ layers: 1, hidden: 8 }) }), 0.005],
  ["cif over planar", cif({ layers: 2, index: 2, base: planar({ layers: 1 }) }), 0.01],
] as const)("a stochastic flow: %s", async (_, flow, rate) => {
  const before = tf.memory().numTensors;
  const fit = await fitDensity(flow, two, { steps: 1500, seed: 1, rate });

  it("has no density, only bounds, by type and in fact", () => {
    expect(fit.kind).toBe("bounded-density");
    expect("logProb" in fit).toBe(false);
    // @ts-expect-error only bounds are known
    expect(fit.logProb).toBeUndefined();
  });

  it("has bounds that tighten with draws and stay below the truth", () => {
    const bounds = [1, 8, 64].map((draws) => fit.lowerBound(fresh, { draws, seed: 2 }));
    const means = bounds.map(meanOf);
    // A rise holds in the mean. Where an index is hardly used, as in this short training of cif, it is less than the noise of rows.
    expect(riseZ(bounds[0], bounds[2])).toBeGreaterThan(flow.name === "cif" ? -4.5 : 4.5);
    expect(riseZ(bounds[1], bounds[2])).toBeGreaterThan(-4.5);
    const { mean, se } = fit.score(fresh, { draws: 64, seed: 2 });
    expect(mean).toBe(means[2]);
    expect(mean).toBeLessThan(meanOf(fresh.map(truth)) + 4.5 * se);
    // Better than the Gaussian that it starts from.
    expect(mean).toBeGreaterThan(-(2 * halfLog2Pi + 1 + Math.log(Math.sqrt(4.25))) + 0.1);
  });

  it("draws from both pieces", () => {
    const { values } = fit.sample(1000, { seed: 1 });
    const right = [...values].filter((x, i) => i % 2 === 0 && x > 0).length;
    expect(Math.abs(right - 500)).toBeLessThan(100);
  });

  it("comes back from a file", () => {
    const again = fromJson(toJson(fit)) as BoundedDensity;
    expect([...again.lowerBound(fresh.slice(0, 5), { draws: 3 })]).toEqual([
      ...fit.lowerBound(fresh.slice(0, 5), { draws: 3 }),
    ]);
    expect([...again.sample(3).values]).toEqual([...fit.sample(3).values]);
  });

  it("tells how much its index is used, if it has one", () => {
    if (flow.name !== "cif")
      expect(() => fit.indexUse()).toThrow(/indexUse: expected a density of cif, got one of langevin/);
    else {
      const use = fit.indexUse({ draws: 500 });
      expect(use.map(({ layer }) => layer)).toEqual([1, 2]);
      for (const { share } of use) expect(share).toBeGreaterThan(0);
      for (const { share } of use) expect(share).toBeLessThan(1);
      expect(fit.indexUse({ draws: 500 })).toEqual(use);
    }
  });

  it("leaves no tensor behind", () => expect(tf.memory().numTensors).toBe(before));
});

it("without steps its bound is the density of a Gaussian, exactly", async () => {
  const fit = await fitDensity(langevin({ steps: 0 }), two, { steps: 1, validation: 0 });
  const { means, sds } = fit.standard;
  const want = fresh.map((row) => row.reduce((sum, x, i) => sum + logNormal(x, means[i], sds[i]), 0));
  const got = fit.lowerBound(fresh, { draws: 2 });
  expect(Math.max(...got.map((each, i) => Math.abs(each - want[i])))).toBeLessThan(1e-10);
});
