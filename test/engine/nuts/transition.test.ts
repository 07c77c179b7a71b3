import { describe, expect, it } from "vitest";
import { foldHostKey, hostKey } from "../../../src/core/key.ts";
import type { Gradient } from "../../../src/engine/engine.ts";
import { denseMetric, diagonalMetric, type Metric } from "../../../src/mcmc/metric.ts";
import { nuts } from "../../../src/mcmc/nuts.ts";
import { correlatedNormal, funnel, gradientOf, quartic, scaledNormals } from "../../mcmc/densities.ts";
import { compileAround, compiledMath, hostMath } from "./compile.ts";

/** A standard normal with walls: NaN beyond 2 in one coordinate, −∞ below −1.5 in another. */
const walled = gradientOf(3, (x, gradient) => {
  for (let i = 0; i < 3; i++) gradient[i] = -x[i];
  if (x[0] > 2) gradient.fill(Number.NaN);
  if (x[0] > 2) return Number.NaN;
  return x[1] < -1.5 ? Number.NEGATIVE_INFINITY : -0.5 * (x[0] ** 2 + x[1] ** 2 + x[2] ** 2);
});

/** The largest difference, relative to sizes above 1. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]) / (1 + Math.abs(b[i]))));

interface Case {
  readonly gradient: Gradient;
  readonly stepSize: number;
  readonly start: readonly number[];
  readonly maxTreeDepth?: number;
}
const cases: Readonly<Record<string, Case>> = {
  "one dimension": { gradient: scaledNormals([2]), stepSize: 0.4, start: [0.5] },
  "a correlated Gaussian": { gradient: correlatedNormal(0.95), stepSize: 0.25, start: [0.5, 1] },
  "different scales": { gradient: scaledNormals([0.3, 1, 5]), stepSize: 0.35, start: [1, 2, 3] },
  "long trajectories": { gradient: scaledNormals([1, 40]), stepSize: 0.3, start: [1, 2] },
  "a trajectory that may not double again": {
    gradient: scaledNormals([1, 40]),
    stepSize: 0.1,
    start: [1, 2],
    maxTreeDepth: 3,
  },
  "a quartic of ten": { gradient: quartic(10), stepSize: 0.4, start: Array.from({ length: 10 }, (_, i) => i / 10) },
  "a quartic of seventeen": { gradient: quartic(17), stepSize: 0.3, start: Array(17).fill(0.3) },
  "a quartic of forty-three": { gradient: quartic(43), stepSize: 0.3, start: Array(43).fill(0.2) },
  "a funnel, with divergences": { gradient: funnel(3), stepSize: 0.9, start: [-2, 0.1, 0.1, -0.1] },
  "walls of NaN and −∞": { gradient: walled, stepSize: 0.6, start: [0, 0, 0] },
};

/** A covariance with correlations of all sizes: A Aᵀ / n + ½ of something that is not symmetric. */
const someCovariance = (size: number): Float64Array => {
  const a = (i: number, j: number): number => Math.sin(1 + 3 * i + 7 * j * j);
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const products = Array.from({ length: size }, (__, k) => a(i, k) * a(j, k));
    return products.reduce((sum, x) => sum + x, 0) / size + (i === j ? 0.5 : 0);
  });
};

interface Form {
  readonly metricFor: (size: number) => Metric;
  readonly beta: number;
}
const scaled = (size: number): Metric =>
  diagonalMetric(Float64Array.from({ length: size }, (_, i) => 1 + 0.5 * (i % 5)));
const kinds: Readonly<Record<string, Form>> = {
  "a diagonal metric": { metricFor: scaled, beta: 1 },
  "a dense metric": { metricFor: (size) => denseMetric(someCovariance(size)), beta: 1 },
  "a diagonal metric at a temperature of 4": { metricFor: scaled, beta: 0.25 },
  "a dense metric at a temperature of 4": { metricFor: (size) => denseMetric(someCovariance(size)), beta: 0.25 },
};
const functionsOf = { "the host's functions": hostMath, "compiled functions": compiledMath };
const forms = Object.entries(functionsOf).flatMap(([functions, math]) =>
  Object.entries(kinds).map(([kind, form]) => ({ functions, math, kind, ...form })),
);

for (const { functions, math, kind, metricFor, beta } of forms)
  describe(`the compiled transition, with ${functions} and ${kind}, is that of the plain sampler for`, () => {
    for (const [name, { gradient, stepSize: longest, start, maxTreeDepth = 8 }] of Object.entries(cases))
      it(name, () => {
        // Hot momenta are 1/√β as large: as far a step, and rounding as little enlarged.
        const stepSize = Math.sqrt(beta) * longest;
        const metric = metricFor(start.length);
        const kernel = nuts(gradient, { maxTreeDepth })({ stepSize, metric, inverseTemperature: beta });
        const compiled = compileAround(gradient, { maxTreeDepth, math }).nuts;
        compiled.setMetric(metric.data, beta);
        let state = kernel.init(Float64Array.from(start));
        let divergences = 0;
        let gradients = 0;
        for (let i = 0; i < 200; i++) {
          const key = foldHostKey(hostKey(31), i);
          compiled.moveTo(state);
          const [next, transition] = kernel.step(key, state);
          const step = compiled.step(key, stepSize, maxTreeDepth);
          const { treeDepth, steps, diverging, acceptance, energy } = transition;
          expect(step).toMatchObject({ treeDepth, steps, diverging });
          expect(step.acceptance).toBeCloseTo(acceptance, 9);
          const place = compiled.place();
          expect(difference([step.energy, place.logDensity], [energy, next.logDensity])).toBeLessThan(1e-9);
          expect(difference(place.position, next.position)).toBeLessThan(1e-9);
          expect(difference(place.gradient, next.gradient)).toBeLessThan(1e-8);
          divergences += diverging ? 1 : 0;
          gradients += steps;
          state = next;
        }
        expect(compiled.gradients()).toBe(gradients);
        if (/divergences|walls/.test(name)) expect(divergences).toBeGreaterThan(beta === 1 ? 10 : 0);
      });
  });
