/** What guides by Hamiltonian dynamics have in common: step sizes, refreshes, and bridges between base and target. */
import * as tf from "#tfjs";
import { checkCount } from "../core/check.ts";
import type { Guide, Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { type FlowGuideParameters, flowGuideStart } from "../flows/guide.ts";
import { checkShare } from "../flows/options.ts";
import { type HamiltonianParts, hamiltonianMap } from "../flows/parts/hamiltonian.ts";
import { startingShares, tempered, weightsOf } from "../flows/parts/tempered.ts";
import { samplerThrough } from "../flows/stochastic.ts";

/** Steps of Hamiltonian dynamics, as they are learned. */
export interface DynamicsParameters {
  /** [steps, size]: sigmoid of these are the step sizes ε in units of the base's scales, below 1. */
  readonly lengths: Tensor;
  /** [steps − 1]: sigmoid of these are what the refreshes between the steps keep of the momenta; empty where they keep nothing. */
  readonly kept: Tensor;
  /** [steps]: their softmax are the parts of the way from the base to the target that each step takes; empty where each goes to the target. */
  readonly shares: Tensor;
}

/** How the steps go, options filled in. */
export interface DynamicsSettings {
  readonly steps: number;
  readonly leapfrog: number;
  readonly stepSize: number;
  readonly kept: number;
  readonly annealed: boolean;
}

/** @throws FluvialError unless counts are whole numbers, `stepSize` lies between 0 and 1, and `kept` too or is 0. */
export const checkDynamics = (who: string, { steps, leapfrog, stepSize, kept }: DynamicsSettings): void => {
  checkCount(`${who}: steps`, steps, 0);
  checkCount(`${who}: leapfrog`, leapfrog);
  checkShare(`${who}: stepSize`, stepSize);
  if (kept !== 0) checkShare(`${who}: kept`, kept);
};

/** Gradients that a draw looks at: one where it starts, and one for every leapfrog step. */
export const gradientsOf = ({ steps, leapfrog }: DynamicsSettings): number => (steps > 0 ? steps * leapfrog + 1 : 0);

const logit = (share: number): number => Math.log(share / (1 - share));

const startOf = ({ steps, stepSize, kept, annealed }: DynamicsSettings, size: number): DynamicsParameters => ({
  lengths: tf.fill([steps, size], logit(stepSize)),
  kept: kept > 0 && steps > 1 ? tf.fill([steps - 1], logit(kept)) : tf.zeros([0]),
  shares: startingShares(steps, annealed),
});

/** η of every refresh: the last, after which nothing moves, keeps nothing. */
const keptOf = (kept: Tensor, steps: number): Tensor =>
  kept.size > 0 ? tf.concat([kept.sigmoid(), tf.zeros([1])]) : tf.zeros([steps]);

/** What a guide adds to the dynamics: further parameters, and by them how refreshes are taken back. */
export interface Turner<B> {
  init(key: Key, size: number): B;
  at(back: B, size: number): HamiltonianParts["turning"];
}

/** Hamiltonian dynamics from a learned diagonal normal to a target, with `turner`'s parameters beside them. */
export const dynamicsGuide = <B>(
  settings: DynamicsSettings,
  target: Target,
  turner: Turner<B>,
): Guide<FlowGuideParameters<DynamicsParameters & { readonly back: B }>, Sampler> => {
  const { size } = target;
  const { steps, leapfrog } = settings;
  return {
    init: flowGuideStart(size, (key) => ({ ...startOf(settings, size), back: turner.init(key, size) })),
    at: (params) => {
      const { lengths, kept, shares, back } = params.flow;
      const map = hamiltonianMap({
        ...tempered(target, params, weightsOf(shares, steps)),
        lengths: lengths.sigmoid(),
        leapfrogSteps: leapfrog,
        kept: keptOf(kept, steps),
        turning: turner.at(back, size),
      });
      return samplerThrough(map, params, size);
    },
  };
};
