import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import banana, { data } from "../../models/banana.ts";
import type { Sampler, Target } from "../../src/core/density.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { cif } from "../../src/flows/cif.ts";
import { langevin } from "../../src/flows/langevin.ts";
import { diffusion } from "../../src/flows/parts/diffusion.ts";
import { realNvp } from "../../src/flows/realNvp.ts";
import { samplerThrough } from "../../src/flows/stochastic.ts";
import { hamiltonian } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { sandwich } from "../../src/infer/sandwich.ts";
import { marginalBounds, type Retraceable } from "../../src/objectives/marginalBounds.ts";
import { key } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { mean, mostZ, varianceAbout } from "../ops/statistics.ts";

/** One step of Ornstein and Uhlenbeck's, ε = 0.4, with a way back that is wrong: z ~ N(0, 0.6² + 0.8). */
const wrongWayBack = (): Sampler => {
  const map = diffusion({
    lengths: fromHost([0.4], [1]),
    backLogScales: fromHost([0.15], [1, 1]),
    look: () => ({}),
    ahead: (x) => x.neg(),
    back: (y) => y.mul(-1.2),
  });
  return samplerThrough(map, { loc: tf.zeros([1]), logScale: tf.zeros([1]) }, 1);
};
const variance = 0.6 ** 2 + 0.8;

/** N(0, 1). */
const target: Target = { size: 1, logDensity: standardLogProb, constrain: (z) => z };
/** −KL(N(0, variance) ‖ N(0, 1)). */
const marginal = 0.5 * (1 - variance + Math.log(variance));

const estimated = (paths: number) => {
  const engine = compiledEngine("f64", { warn: (message) => expect.unreachable(message) });
  const seed = engine.compile(() => key(hostKey(6)))();
  const made = engine.compile((from: Key) =>
    marginalBounds(target, wrongWayBack() as Retraceable, from, { draws: 20_000, paths }),
  )(seed);
  const [joint, lower, upper] = [made.joint, made.lower, made.upper].map((side) => {
    const terms = hostValues(side).slice();
    return { mean: mean(terms), error: Math.sqrt(varianceAbout(terms, mean(terms)) / terms.length) };
  });
  disposeTree([seed, made]);
  return { joint, lower, upper };
};

describe("the marginal bound of a known normal, from two sides", () => {
  it("lies between them, and the bound of the joint draws below", () => {
    const { joint, lower, upper } = estimated(4);
    // What lies apart does so by more than chance.
    expect((lower.mean - joint.mean) / Math.hypot(lower.error, joint.error)).toBeGreaterThan(mostZ);
    expect((lower.mean - marginal) / lower.error).toBeLessThan(mostZ);
    expect((upper.mean - marginal) / upper.error).toBeGreaterThan(-mostZ);
    expect((upper.mean - lower.mean) / Math.hypot(upper.error, lower.error)).toBeGreaterThan(mostZ);
  });

  it("is found by many paths from either side", () => {
    const { lower, upper } = estimated(256);
    expect(Math.abs(lower.mean - marginal) / lower.error).toBeLessThan(mostZ);
    expect(Math.abs(upper.mean - marginal) / upper.error).toBeLessThan(mostZ);
  });
});

describe("sandwich", () => {
  it.each([
    ["langevin", langevin({ steps: 3, hidden: 8 })],
    ["cif", cif({ layers: 2, base: realNvp({ layers: 2, hidden: 8 }) })],
    ["hamiltonian", hamiltonian({ steps: 2, leapfrog: 2, hidden: 8 })],
  ])("of a fit has its sides in order, and the bound of training below: %s", async (_, guide) => {
    const fitted = await fit(banana, data, { guide, seed: 1, steps: 600 });
    const { elbo, elboSe, lower, lowerSe, upper, upperSe, draws } = await sandwich(banana, data, fitted, { seed: 3 });
    expect(draws).toBe(1_000);
    expect(Math.abs(elbo - fitted.elbo) / Math.hypot(elboSe, fitted.elboSe)).toBeLessThan(mostZ);
    // The same draws on every side.
    expect(lower).toBeGreaterThan(elbo);
    expect(upper).toBeGreaterThan(lower);
    expect(lower - mostZ * lowerSe).toBeLessThan(0);
    expect(upper - lower).toBeLessThan(1);
    expect(upperSe).toBeLessThan(0.2);
  });

  it("refuses a fit whose log q is known, and no paths", async () => {
    const fitted = await fit(banana, data, { seed: 1, steps: 100 });
    await expect(sandwich(banana, data, fitted)).rejects.toThrow(
      /sandwich: expected a fit by a guide with noise of its own, such as langevin or hamiltonian, got one by mean-field/,
    );
    await expect(sandwich(banana, data, fitted, { paths: 0 })).rejects.toThrow(/sandwich: paths/);
  });
});
