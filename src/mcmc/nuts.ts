import { checkCount, checkOptions } from "../core/check.ts";
import { type HostKey, hostUniforms } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Integrator, leapfrog, stepper, unlessLeapfrog } from "./integrator.ts";
import {
  type CompiledKernel,
  type Kernel,
  maxEnergyError,
  type Point,
  pointAt,
  type Transition,
  type TunableKernel,
  type Tuning,
} from "./kernel.ts";
import { checkMetricKind, type MetricKind, unitMetric } from "./metric.ts";
import { copyPhase, emptyPhase, kick, pointOf } from "./phase.ts";
import { logAddExp, normalsFrom } from "./random.ts";
import { beginStretch, emptyStretch, goesStraight, join, type Stretch, takeProposal, turnRound } from "./trajectory.ts";

export interface NutsOptions {
  /** Doublings of a trajectory at most: 10 unless said. */
  readonly maxTreeDepth?: number;
  readonly integrator?: Integrator;
  /** What warm-up makes of the metric: "diagonal" unless said. */
  readonly metric?: MetricKind;
}

const never = (): number => Number.NaN;

/** The sampler that the engine compiled, if it is this one and has room for such trajectories. */
const compiledKernel = (
  { nuts: compiled }: Gradient,
  { maxTreeDepth, integrator }: Required<Omit<NutsOptions, "metric">>,
): CompiledKernel | undefined =>
  compiled && integrator === leapfrog && maxTreeDepth <= compiled.maxTreeDepth
    ? { nuts: compiled, maxTreeDepth }
    : undefined;

/**
 * The no-U-turn sampler: trajectories double until they turn back, states are drawn from them by their weights, later halves
 * preferred. Hoffman & Gelman 2014; multinomial weights and the generalised criterion as in Betancourt 2017, appendix A.
 * The kernels that one call makes share their buffers: step them one after another, not from several threads.
 * @throws FluvialError on an unknown option a depth that is not a whole number from 1, or a metric that is none.
 */
export const nuts = (gradient: Gradient, options: NutsOptions = {}): TunableKernel => {
  checkOptions("nuts", options, ["maxTreeDepth", "integrator", "metric"]);
  const { maxTreeDepth = 10, integrator = leapfrog, metric: kind = "diagonal" } = options;
  checkCount("nuts: maxTreeDepth", maxTreeDepth);
  checkMetricKind("nuts", kind);
  const { size } = gradient;
  const advance = stepper(gradient, integrator);
  const ahead = emptyPhase(size);
  const behind = emptyPhase(size);
  const whole = emptyStretch(size);
  const grown = emptyStretch(size);
  const spare = Array.from({ length: maxTreeDepth - 1 }, () => emptyStretch(size));
  // The trajectory under way.
  const going = {
    metric: unitMetric(size),
    stepSize: 0,
    beta: 1,
    phase: ahead,
    energy: 0,
    uniform: never,
    acceptanceSum: 0,
    steps: 0,
    diverging: false,
  };

  const begin = ({ stepSize, metric, inverseTemperature: beta = 1 }: Tuning, key: HostKey, state: Point): void => {
    going.uniform = hostUniforms(key);
    kick(ahead, state, metric, normalsFrom(going.uniform), beta);
    copyPhase(ahead, behind);
    beginStretch(whole, ahead, 0);
    Object.assign(going, {
      metric,
      stepSize,
      beta,
      energy: ahead.energy,
      acceptanceSum: 0,
      steps: 0,
      diverging: false,
    });
  };

  const oneStep = (into: Stretch): boolean => {
    advance(going.phase, going.metric, going.stepSize);
    const error = going.beta * (going.phase.energy - going.energy);
    going.steps++;
    going.acceptanceSum += error > 0 ? Math.exp(-error) : 1;
    going.diverging = !(error <= maxEnergyError);
    if (!going.diverging) beginStretch(into, going.phase, -error);
    return !going.diverging;
  };

  /** Builds 2^depth further steps; false once they turn back or diverge. */
  const build = (depth: number, into: Stretch): boolean => {
    if (depth === 0) return oneStep(into);
    const next = spare[depth - 1];
    if (!build(depth - 1, into) || !build(depth - 1, next)) return false;
    const straight = goesStraight(into, next);
    const total = logAddExp(into.logWeight, next.logWeight);
    if (Math.log(going.uniform()) < next.logWeight - total) takeProposal(into, next);
    join(into, next, total);
    return straight;
  };

  const grow = (stepSize: number): number => {
    let lastIsAhead = true;
    for (let depth = 0; depth < maxTreeDepth; depth++) {
      const forwards = going.uniform() < 0.5;
      if (forwards !== lastIsAhead) turnRound(whole);
      lastIsAhead = forwards;
      going.phase = forwards ? ahead : behind;
      going.stepSize = forwards ? stepSize : -stepSize;
      if (!build(depth, grown)) return depth;
      const straight = goesStraight(whole, grown);
      if (Math.log(going.uniform()) < grown.logWeight - whole.logWeight) takeProposal(whole, grown);
      join(whole, grown, logAddExp(whole.logWeight, grown.logWeight));
      if (!straight) return depth + 1;
    }
    return maxTreeDepth;
  };

  const kernel = (tuning: Tuning): Kernel<Point, Transition> => ({
    init: (position) => pointAt(gradient, position),
    step: (key, state): readonly [Point, Transition] => {
      begin(tuning, key, state);
      const treeDepth = grow(tuning.stepSize);
      const { acceptanceSum, steps, diverging } = going;
      const { energy } = whole.proposal;
      return [pointOf(whole.proposal), { acceptance: acceptanceSum / steps, treeDepth, steps, diverging, energy }];
    },
  });
  return Object.assign(kernel, {
    compiled: compiledKernel(gradient, { maxTreeDepth, integrator }),
    metric: kind,
    recipe: { name: "nuts" as const, options: { maxTreeDepth, metric: kind, ...unlessLeapfrog(integrator) }, gradient },
  });
};
