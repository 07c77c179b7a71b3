import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Gradient } from "../engine/engine.ts";
import { hmc as hmcKernel } from "../mcmc/hmc.ts";
import type { TunableKernel } from "../mcmc/kernel.ts";
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
 */
export const nuts = (
  options: { readonly targetAcceptance?: number; readonly maxTreeDepth?: number } = {},
): SamplerSpec => {
  checkOptions("nuts", options, ["targetAcceptance", "maxTreeDepth"]);
  const { targetAcceptance = 0.8, maxTreeDepth = 10 } = options;
  checkAcceptance("nuts", targetAcceptance);
  checkCount("nuts: maxTreeDepth", maxTreeDepth);
  return { name: "nuts", options, targetAcceptance, kernel: (gradient) => nutsKernel(gradient, { maxTreeDepth }) };
};

/**
 * Hamiltonian Monte Carlo with trajectories of a fixed number of steps. Neal 2011.
 * @param options.steps leapfrog steps of a trajectory, 10 unless said. @param options.targetAcceptance 0.8 unless said.
 */
export const hmc = (options: { readonly steps?: number; readonly targetAcceptance?: number } = {}): SamplerSpec => {
  checkOptions("hmc", options, ["steps", "targetAcceptance"]);
  const { steps = 10, targetAcceptance = 0.8 } = options;
  checkAcceptance("hmc", targetAcceptance);
  checkCount("hmc: steps", steps);
  return { name: "hmc", options, targetAcceptance, kernel: (gradient) => hmcKernel(gradient, { steps }) };
};
