import { checkOptions } from "../core/check.ts";
import type { GuideSpec, Sampler } from "../core/density.ts";
import type { FlowGuideParameters } from "../flows/guide.ts";
import {
  checkDynamics,
  type DynamicsParameters,
  type DynamicsSettings,
  dynamicsGuide,
  gradientsOf,
  type Turner,
} from "./phaseSpace.ts";

export interface AnnealedHamiltonianParameters extends DynamicsParameters {
  /** Nothing: refreshes take themselves back. */
  readonly back: readonly never[];
}

/** How `annealedHamiltonian` goes about it. */
export interface AnnealedHamiltonianOptions {
  /** Densities that are followed on the way, the target's the last: 8 unless said; with 0 nothing is left but the base, a mean-field guide. */
  readonly steps?: number;
  /** Leapfrog steps on each: 1 unless said. */
  readonly leapfrog?: number;
  /** The step size ε that every step starts from, in units of the base's scales, between 0 and 1: 0.2 unless said. */
  readonly stepSize?: number;
  /** How much of the momenta a refresh keeps, to start from: 0.9 unless said, learned; with 0, which stays 0, momenta are drawn anew. */
  readonly kept?: number;
}

const who = "annealed-hamiltonian";

const selfReversing: Turner<readonly never[]> = { init: () => [], at: () => undefined };

/**
 * Uncorrected Hamiltonian annealing, or differentiable annealed importance sampling: draws of a diagonal normal, the base, follow
 * leapfrog steps on densities N^(1 − β) p^β whose β rise to 1, and keep part of their momenta from one to the next. Refreshes keep a
 * standard normal and are taken back by refreshes: no network is needed, and with enough small steps the bound becomes exact. Geffner
 * & Domke 2021; Zhang, Hsu, Li, Finn & Grosse 2021.
 *
 * Base, β, step sizes for every step and coordinate, and what is kept are learned. A draw costs `steps` · `leapfrog` + 1 gradients of
 * the model, a training step their slopes too.
 * @throws FluvialError on unknown options, unless `steps` is a whole number from 0, `leapfrog` from 1, `stepSize` between 0 and 1, and
 * `kept` from 0 to below 1.
 */
export const annealedHamiltonian = (
  options: AnnealedHamiltonianOptions = {},
): GuideSpec<Sampler, FlowGuideParameters<AnnealedHamiltonianParameters>> => {
  checkOptions(who, options, ["steps", "leapfrog", "stepSize", "kept"]);
  const { steps = 8, leapfrog = 1, stepSize = 0.2, kept = 0.9 } = options;
  const settings: DynamicsSettings = { steps, leapfrog, stepSize, kept, annealed: true };
  checkDynamics(who, settings);
  return {
    name: who,
    options: { steps, leapfrog, stepSize, kept },
    rate: 0.02,
    gradientsPerDraw: gradientsOf(settings),
    for: (target) => dynamicsGuide(settings, target, selfReversing),
  };
};
