import { fail } from "../core/check.ts";
import { foldHostKey, type HostKey, hostUniforms } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { leapfrog, stepper } from "./integrator.ts";
import type { Point } from "./kernel.ts";
import type { Metric } from "./metric.ts";
import { emptyPhase, kick } from "./phase.ts";
import { normalsFrom } from "./random.ts";

const wantedLogAcceptance = Math.log(0.8);
const largest = 1e7;
const smallest = 1e-100;

/** A search for a step size of the right order, from a first guess; `beta` as the inverse temperature of `Tuning`. */
export type StepSizeSearch = (point: Point, metric: Metric, guess: number, key: HostKey, beta?: number) => number;

/**
 * Doubles or halves the step size until a single leapfrog's acceptance crosses 0.8. Hoffman & Gelman 2014, algorithm 4, with Stan's
 * level and fresh momenta. The search throws FluvialError where no step size will do.
 */
export const stepSizeSearch = (gradient: Gradient): StepSizeSearch => {
  const advance = stepper(gradient, leapfrog);
  const phase = emptyPhase(gradient.size);
  return (point, metric, guess, key, beta = 1) => {
    const isGood = (stepSize: number, attempt: number): boolean => {
      kick(phase, point, metric, normalsFrom(hostUniforms(foldHostKey(key, attempt))), beta);
      const before = phase.energy;
      advance(phase, metric, stepSize);
      return beta * (before - phase.energy) > wantedLogAcceptance;
    };
    const startsGood = isGood(guess, 0);
    let stepSize = guess;
    for (let attempt = 1; ; attempt++) {
      stepSize *= startsGood ? 2 : 0.5;
      if (stepSize > largest)
        fail(`step size: no step is too long up to ${largest}: the density is flat (is the posterior proper?)`);
      if (stepSize < smallest)
        fail("step size: none is short enough: the density is discontinuous, or its gradient wrong, at the start");
      if (isGood(stepSize, attempt) !== startsGood) return stepSize;
    }
  };
};
