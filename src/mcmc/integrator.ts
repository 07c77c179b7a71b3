import type { Gradient } from "../engine/engine.ts";
import type { Metric } from "./metric.ts";
import { type Phase, settle } from "./phase.ts";

/**
 * A symmetric splitting of Hamilton's equations as a table of coefficients: kick, drift, kick, …, kick, one kick more than
 * drifts, each list adding up to 1. One gradient per drift.
 */
export interface Integrator {
  readonly kicks: readonly number[];
  readonly drifts: readonly number[];
}

/** Velocity Verlet. */
export const leapfrog: Integrator = { kicks: [0.5, 0.5], drifts: [1] };

const lambda = 0.1931833275037836;
/** Two gradients a step, the smallest error of its kind. McLachlan 1995; Blanes, Casas & Sanz-Serna 2014. */
export const twoStage: Integrator = { kicks: [lambda, 1 - 2 * lambda, lambda], drifts: [0.5, 0.5] };

/** An integrator as an option to be copied: left out where it is the leapfrog, which is known by being the same object. */
export const unlessLeapfrog = (integrator: Integrator): { readonly integrator?: Integrator } =>
  integrator === leapfrog ? {} : { integrator };

/** One step in place; a negative step size goes back in time. */
export type Advance = (phase: Phase, metric: Metric, stepSize: number) => void;

export const stepper = (gradient: Gradient, { kicks, drifts }: Integrator): Advance => {
  const add = (to: Float64Array, factor: number, from: Float64Array): void => {
    for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
  };
  return (phase, metric, stepSize) => {
    add(phase.momentum, stepSize * kicks[0], phase.gradient);
    for (let stage = 0; stage < drifts.length; stage++) {
      metric.velocityOf(phase.momentum, phase.velocity);
      add(phase.position, stepSize * drifts[stage], phase.velocity);
      phase.logDensity = gradient.at(phase.position, phase.gradient);
      add(phase.momentum, stepSize * kicks[stage + 1], phase.gradient);
    }
    settle(phase, metric);
  };
};
