import { checkCount, checkOptions } from "../core/check.ts";
import { hostUniforms } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Integrator, leapfrog, stepper, unlessLeapfrog } from "./integrator.ts";
import {
  type Kernel,
  maxEnergyError,
  type Point,
  pointAt,
  type Transition,
  type TunableKernel,
  type Tuning,
} from "./kernel.ts";
import { checkMetricKind, type MetricKind } from "./metric.ts";
import { emptyPhase, kick, pointOf } from "./phase.ts";
import { normalsFrom } from "./random.ts";

export interface HmcOptions {
  /** Steps of the integrator per transition: 10 unless said. */
  readonly steps?: number;
  readonly integrator?: Integrator;
  /** What warm-up makes of the metric: "diagonal" unless said. */
  readonly metric?: MetricKind;
}

/**
 * Hamiltonian Monte Carlo with trajectories of a fixed number of steps. Neal 2011, "MCMC using Hamiltonian dynamics".
 * The kernels that one call makes share their buffers: step them one after another, not from several threads.
 * @throws FluvialError on an unknown option a number of steps that is not a whole number from 1, or a metric that is none.
 */
export const hmc = (gradient: Gradient, options: HmcOptions = {}): TunableKernel => {
  checkOptions("hmc", options, ["steps", "integrator", "metric"]);
  const { steps = 10, integrator = leapfrog, metric: kind = "diagonal" } = options;
  checkCount("hmc: steps", steps);
  checkMetricKind("hmc", kind);
  const advance = stepper(gradient, integrator);
  const phase = emptyPhase(gradient.size);
  const kernel = ({ stepSize, metric, inverseTemperature: beta = 1 }: Tuning): Kernel<Point, Transition> => ({
    init: (position) => pointAt(gradient, position),
    step: (key, state) => {
      const uniform = hostUniforms(key);
      kick(phase, state, metric, normalsFrom(uniform), beta);
      const before = phase.energy;
      let taken = 0;
      do {
        advance(phase, metric, stepSize);
        taken++;
      } while (taken < steps && beta * (phase.energy - before) <= maxEnergyError);
      const error = beta * (phase.energy - before);
      const diverging = !(error <= maxEnergyError);
      const acceptance = diverging ? 0 : Math.min(1, Math.exp(-error));
      const accepted = uniform() < acceptance;
      const energy = accepted ? phase.energy : before;
      return [accepted ? pointOf(phase) : state, { acceptance, treeDepth: 0, steps: taken, diverging, energy }];
    },
  });
  return Object.assign(kernel, {
    metric: kind,
    recipe: { name: "hmc" as const, options: { steps, metric: kind, ...unlessLeapfrog(integrator) }, gradient },
  });
};
