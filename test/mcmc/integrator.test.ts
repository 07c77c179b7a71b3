import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { leapfrog, stepper, twoStage } from "../../src/mcmc/integrator.ts";
import { pointAt } from "../../src/mcmc/kernel.ts";
import { denseMetric, diagonalMetric, type Metric } from "../../src/mcmc/metric.ts";
import { emptyPhase, kick, type Phase, settle } from "../../src/mcmc/phase.ts";
import { normalsFrom } from "../../src/mcmc/random.ts";
import { quartic } from "./densities.ts";

const size = 3;
const gradient = quartic(size);
const metrics: Readonly<Record<string, Metric>> = {
  "a diagonal metric": diagonalMetric(Float64Array.of(0.5, 1, 2)),
  "a dense metric": denseMetric(Float64Array.of(0.5, 0.3, -0.2, 0.3, 1, 0.1, -0.2, 0.1, 2)),
};
const covarianceOf = ({ data }: Metric): number[] =>
  data.kind === "dense"
    ? [...data.covariance]
    : [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? data.variances[i] : 0)));

const phaseAt = (seed: number, metric: Metric): Phase => {
  const normal = normalsFrom(hostUniforms(hostKey(seed)));
  const phase = emptyPhase(size);
  kick(phase, pointAt(gradient, new Float64Array(size).map(normal)), metric, normal);
  return phase;
};

/** Position and momentum after some steps from given ones. */
const flow = (
  start: readonly number[],
  metric: Metric,
  advance: ReturnType<typeof stepper>,
  stepSize: number,
  steps: number,
): number[] => {
  const phase = emptyPhase(size);
  phase.position.set(start.slice(0, size));
  phase.momentum.set(start.slice(size));
  phase.logDensity = gradient.at(phase.position, phase.gradient);
  settle(phase, metric);
  for (let i = 0; i < steps; i++) advance(phase, metric, stepSize);
  return [...phase.position, ...phase.momentum];
};

const determinant = (matrix: readonly (readonly number[])[]): number => {
  const rows = matrix.map((row) => [...row]);
  let product = 1;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.findIndex(
      (row, r) => r >= i && Math.abs(row[i]) === Math.max(...rows.slice(i).map((x) => Math.abs(x[i]))),
    );
    if (pivot !== i) {
      [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
      product = -product;
    }
    product *= rows[i][i];
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r][i] / rows[i][i];
      for (let c = i; c < rows.length; c++) rows[r][c] -= factor * rows[i][c];
    }
  }
  return product;
};

const forms = Object.entries({ leapfrog, twoStage }).flatMap(([name, integrator]) =>
  Object.entries(metrics).map(([kind, metric]) => [`${name} with ${kind}`, integrator, metric] as const),
);

for (const [name, integrator, metric] of forms)
  describe(`integrator ${name}`, () => {
    const advance = stepper(gradient, integrator);

    it("has coefficients that add up to 1 and read the same backwards", () => {
      for (const list of [integrator.kicks, integrator.drifts]) {
        expect(list.reduce((a, b) => a + b)).toBeCloseTo(1, 15);
        expect([...list].reverse()).toEqual(list);
      }
      expect(integrator.kicks.length).toBe(integrator.drifts.length + 1);
    });
    it("comes back when time is turned", () => {
      const phase = phaseAt(1, metric);
      const before = [...phase.position, ...phase.momentum, phase.energy];
      for (let i = 0; i < 50; i++) advance(phase, metric, 0.05);
      expect(Math.abs(phase.position[0] - before[0])).toBeGreaterThan(0.01);
      for (let i = 0; i < 50; i++) advance(phase, metric, -0.05);
      for (const [i, value] of [...phase.position, ...phase.momentum, phase.energy].entries())
        expect(value).toBeCloseTo(before[i], 11);
    });
    it("keeps volume", () => {
      const { position, momentum } = phaseAt(2, metric);
      const start = [...position, ...momentum];
      const h = 1e-5;
      const jacobian = start.map((_, i) => {
        const moved = (by: number) =>
          flow(
            start.map((value, j) => value + (i === j ? by : 0)),
            metric,
            advance,
            0.1,
            10,
          );
        const [up, down] = [moved(h), moved(-h)];
        return up.map((value, j) => (value - down[j]) / (2 * h));
      });
      // Central differences at h = 1e-5: an error of about h² times third derivatives, and rounding of 1e-11.
      expect(Math.abs(determinant(jacobian) - 1)).toBeLessThan(1e-7);
    });
    it("errs in energy as ε²", () => {
      const errorAt = (stepSize: number): number => {
        const phase = phaseAt(3, metric);
        const before = phase.energy;
        for (let i = 0; i < Math.round(1 / stepSize); i++) advance(phase, metric, stepSize);
        return Math.abs(phase.energy - before);
      };
      const order = Math.log2(errorAt(1 / 64) / errorAt(1 / 128));
      expect(Math.abs(order - 2)).toBeLessThan(0.05);
    });
    it("calls an energy that is not a number infinite", () => {
      const phase = phaseAt(4, metric);
      for (let i = 0; i < 20; i++) advance(phase, metric, 100);
      expect(phase.energy).toBe(Number.POSITIVE_INFINITY);
    });
  });

for (const [kind, metric] of Object.entries(metrics))
  it(`${kind} draws momenta whose covariance is its inverse, and velocities whose covariance it is`, () => {
    const normal = normalsFrom(hostUniforms(hostKey(5)));
    const draws = 20_000;
    const sigma = covarianceOf(metric);
    const products = new Float64Array(size * size);
    const [momentum, velocity] = [new Float64Array(size), new Float64Array(size)];
    for (let d = 0; d < draws; d++) {
      metric.drawMomentum(normal, momentum);
      metric.velocityOf(momentum, velocity);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) products[i * size + j] += (velocity[i] * velocity[j]) / draws;
    }
    // Var(v_i v_j) = σ_ii σ_jj + σ_ij².
    for (const [at, value] of products.entries()) {
      const [i, j] = [Math.floor(at / size), at % size];
      const sd = Math.sqrt((sigma[i * 4] * sigma[j * 4] + sigma[at] ** 2) / draws);
      expect(Math.abs(value - sigma[at])).toBeLessThan(4.5 * sd);
    }
  });
