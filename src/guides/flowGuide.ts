import * as tf from "#tfjs";
import type { Guide, Sampler } from "../core/density.ts";
import type { Family } from "../core/family.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { normal, split } from "../ops/random.ts";
import type { Transform } from "../transforms/transform.ts";
import { initialLogScale, standardLogProb } from "./gaussian.ts";

export interface FlowGuideParameters<P> {
  readonly flow: P;
  /** The learned diagonal affine around the flow, [size] each. */
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

/** The learning rate that flow guides start from. */
export const flowRate = 0.05;

/**
 * Standard normal noise through a flow and a learned diagonal affine map: a mean-field guide whose noise the flow bends. The log
 * density is known at its own draws, log q(z) = log N(noise) − Σ logDet, which is all that the bound needs.
 */
export const flowGuide = <P>(size: number, flow: Family<P, Transform>): Guide<FlowGuideParameters<P>, Sampler> => ({
  init: (key) => {
    const [forLoc, forFlow] = split(key, 2);
    return {
      flow: flow.init(forFlow),
      loc: normal(forLoc, [size]).mul(0.1),
      logScale: tf.fill([size], initialLogScale),
    };
  },
  at: ({ flow: parameters, loc, logScale }) => ({
    draw: (key, batch = []) => {
      const noise = normal(key, [...batch, size]);
      const bent = within("flow", () => flow.at(parameters).forward(noise));
      const logQ = standardLogProb(noise).sub(bent.logDet).sub(logScale.sum());
      return { value: bent.value.mul(logScale.exp()).add(loc), logQ };
    },
  }),
});
