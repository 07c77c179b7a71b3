import type { Gradient } from "../engine/engine.ts";
import { type CompiledKernel, pointAt, type TunableKernel } from "./kernel.ts";

/** The compiled sampler one transition at a time, for whoever changes tuning or place between any two. */
export const kernelOn =
  ({ nuts, maxTreeDepth }: CompiledKernel, gradient: Gradient): TunableKernel =>
  ({ stepSize, metric, inverseTemperature }) => ({
    init: (position) => pointAt(gradient, position),
    step: (key, state) => {
      nuts.moveTo(state);
      nuts.setMetric(metric.data, inverseTemperature);
      const transition = nuts.step(key, stepSize, maxTreeDepth);
      return [nuts.place(), transition];
    },
  });
