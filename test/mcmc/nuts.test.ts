import { describe, expect, it } from "vitest";
import { foldHostKey, hostKey } from "../../src/core/key.ts";
import { diagonalMetric } from "../../src/mcmc/metric.ts";
import { nuts } from "../../src/mcmc/nuts.ts";
import { correlatedNormal, funnel, quartic, scaledNormals } from "./densities.ts";
import { plainNuts } from "./plainNuts.ts";

const cases = {
  "a correlated Gaussian": { gradient: correlatedNormal(0.95), stepSize: 0.25, start: [0.5, 1] },
  "different scales": { gradient: scaledNormals([0.3, 1, 5]), stepSize: 0.35, start: [1, 2, 3] },
  "long trajectories": { gradient: scaledNormals([1, 40]), stepSize: 0.3, start: [1, 2] },
  "a quartic": { gradient: quartic(4), stepSize: 0.5, start: [0.5, -0.5, 1, 0] },
  "a funnel, with divergences": { gradient: funnel(3), stepSize: 0.9, start: [-2, 0.1, 0.1, -0.1] },
} as const;

describe("nuts takes the steps of its plain twin on", () => {
  for (const [name, { gradient, stepSize, start }] of Object.entries(cases))
    it(name, () => {
      const variances = start.map((_, i) => 1 + 0.5 * i);
      const maxTreeDepth = 6;
      const kernel = nuts(gradient, { maxTreeDepth })({
        stepSize,
        metric: diagonalMetric(Float64Array.from(variances)),
      });
      let state = kernel.init(Float64Array.from(start));
      for (let i = 0; i < 100; i++) {
        const key = foldHostKey(hostKey(21), i);
        const plain = plainNuts(gradient, { stepSize, variances, maxTreeDepth }, key, [...state.position]);
        const [next, transition] = kernel.step(key, state);
        expect(transition.treeDepth).toBe(plain.treeDepth);
        expect(transition.steps).toBe(plain.steps);
        expect(transition.acceptance).toBeCloseTo(plain.acceptance, 9);
        expect(transition.energy).toBeCloseTo(plain.energy, 9);
        for (const [j, x] of next.position.entries()) expect(x).toBeCloseTo(plain.position[j], 9);
        state = next;
      }
    });
});
