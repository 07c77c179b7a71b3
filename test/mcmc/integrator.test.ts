import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { leapfrog, stepper, twoStage } from "../../src/mcmc/integrator.ts";
import { pointAt } from "../../src/mcmc/kernel.ts";
import { diagonalMetric } from "../../src/mcmc/metric.ts";
import { emptyPhase, kick, type Phase, settle } from "../../src/mcmc/phase.ts";
import { normalsFrom } from "../../src/mcmc/random.ts";
import { quartic } from "./densities.ts";

const size = 3;
const gradient = quartic(size);
const metric = diagonalMetric(Float64Array.of(0.5, 1, 2));

const phaseAt = (seed: number): Phase => {
  const normal = normalsFrom(hostUniforms(hostKey(seed)));
  const phase = emptyPhase(size);
  kick(phase, pointAt(gradient, new Float64Array(size).map(normal)), metric, normal);
  return phase;
};

/** Position and momentum after some steps from given ones. */
const flow = (
  start: readonly number[],
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

for (const [name, integrator] of Object.entries({ leapfrog, twoStage }))
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
      const phase = phaseAt(1);
      const before = [...phase.position, ...phase.momentum, phase.energy];
      for (let i = 0; i < 50; i++) advance(phase, metric, 0.05);
      expect(Math.abs(phase.position[0] - before[0])).toBeGreaterThan(0.01);
      for (let i = 0; i < 50; i++) advance(phase, metric, -0.05);
      for (const [i, value] of [...phase.position, ...phase.momentum, phase.energy].entries())
        expect(value).toBeCloseTo(before[i], 11);
    });
    it("keeps volume", () => {
      const { position, momentum } = phaseAt(2);
      const start = [...position, ...momentum];
      const h = 1e-5;
      const jacobian = start.map((_, i) => {
        const moved = (by: number) =>
          flow(
            start.map((value, j) => value + (i === j ? by : 0)),
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
        const phase = phaseAt(3);
        const before = phase.energy;
        for (let i = 0; i < Math.round(1 / stepSize); i++) advance(phase, metric, stepSize);
        return Math.abs(phase.energy - before);
      };
      const order = Math.log2(errorAt(1 / 64) / errorAt(1 / 128));
      expect(Math.abs(order - 2)).toBeLessThan(0.05);
    });
    it("calls an energy that is not a number infinite", () => {
      const phase = phaseAt(4);
      for (let i = 0; i < 20; i++) advance(phase, metric, 100);
      expect(phase.energy).toBe(Number.POSITIVE_INFINITY);
    });
  });

it("a metric draws momenta with the inverse variances", () => {
  const normal = normalsFrom(hostUniforms(hostKey(5)));
  const draws = 20_000;
  const squares = new Float64Array(size);
  const momentum = new Float64Array(size);
  for (let d = 0; d < draws; d++) {
    metric.drawMomentum(normal, momentum);
    for (let i = 0; i < size; i++) squares[i] += momentum[i] ** 2 / draws;
  }
  for (const [i, expected] of [2, 1, 0.5].entries())
    expect(Math.abs(squares[i] / expected - 1)).toBeLessThan(4.5 * Math.sqrt(2 / draws));
});
