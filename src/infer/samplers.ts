import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Gradient } from "../engine/engine.ts";
import { hmc as hmcKernel } from "../mcmc/hmc.ts";
import type { TunableKernel } from "../mcmc/kernel.ts";
import { checkMetricKind, type MetricKind } from "../mcmc/metric.ts";
import { nuts as nutsKernel } from "../mcmc/nuts.ts";

/** What a user writes: `nuts({ targetAcceptance: 0.95 })`. */
export interface SamplerSpec {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly targetAcceptance: number;
  kernel(gradient: Gradient): TunableKernel;
}

const checkAcceptance = (who: string, target: number): void => {
  if (!(target > 0 && target < 1)) fail(`${who}: targetAcceptance must be between 0 and 1, got ${target}`);
};

/**
 * The No-U-Turn sampler with multinomial trajectories. Hoffman & Gelman 2014; Betancourt 2017.
 * @param options.targetAcceptance 0.8 unless said; closer to 1 for smaller steps. @param options.maxTreeDepth 10 unless said.
 * @param options.metric what warm-up makes of the inverse mass matrix: "diagonal" (variances) unless said, "dense" (covariances, for
 * posteriors with strong linear correlations), or "unit" (nothing).
 */
export const nuts = (
  options: { readonly targetAcceptance?: number; readonly maxTreeDepth?: number; readonly metric?: MetricKind } = {},
): SamplerSpec => {
  checkOptions("nuts", options, ["targetAcceptance", "maxTreeDepth", "metric"]);
  const { targetAcceptance = 0.8, maxTreeDepth = 10, metric = "diagonal" } = options;
  checkAcceptance("nuts", targetAcceptance);
  checkCount("nuts: maxTreeDepth", maxTreeDepth);
  checkMetricKind("nuts", metric);
  const kernel = (gradient: Gradient): TunableKernel => nutsKernel(gradient, { maxTreeDepth, metric });
  return { name: "nuts", options, targetAcceptance, kernel };
};

/**
 * Hamiltonian Monte Carlo with trajectories of a fixed number of steps. Neal 2011.
 * @param options.steps leapfrog steps of a trajectory, 10 unless said. @param options.targetAcceptance 0.8 unless said.
 * @param options.metric as in `nuts`.
 */
export const hmc = (
  options: { readonly steps?: number; readonly targetAcceptance?: number; readonly metric?: MetricKind } = {},
): SamplerSpec => {
  checkOptions("hmc", options, ["steps", "targetAcceptance", "metric"]);
  const { steps = 10, targetAcceptance = 0.8, metric = "diagonal" } = options;
  checkAcceptance("hmc", targetAcceptance);
  checkCount("hmc: steps", steps);
  checkMetricKind("hmc", metric);
  return { name: "hmc", options, targetAcceptance, kernel: (gradient) => hmcKernel(gradient, { steps, metric }) };
};
