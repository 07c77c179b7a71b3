import * as tf from "#tfjs";
import type { Density, Guide, Sampler } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { normal, split } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Mapped, Transform } from "../transforms/transform.ts";
import type { Flow, Given } from "./flow.ts";
import { pushforward } from "./pushforward.ts";

export interface FlowGuideParameters<P> {
  readonly flow: P;
  /** The learned diagonal affine around the flow, [size] each. */
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

/** log of the standard deviation that a fresh guide starts from, around 0. */
export const initialLogScale: number = Math.log(0.5);

/** The learning rate that guides start from whose flow has few parameters, each with a meaning of its own. */
export const plainRate = 0.05;

/** The learning rate that guides with networks inside start from. */
export const networkRate = 0.01;

/** Draws a step that flows are trained with as guides: few make their bounds noisy, and noise bends a flow that can bend far. */
export const flowDraws = 32;

type Init<P> = (key: Key) => FlowGuideParameters<P>;

/** Where a guide around a flow starts, from where the flow does. */
export const flowGuideStart =
  <P>(size: number, init: (key: Key) => P): Init<P> =>
  (key) => {
    const [forLoc, forFlow] = split(key, 2);
    return {
      flow: init(forFlow),
      loc: normal(forLoc, [size]).mul(0.1),
      logScale: tf.fill([size], initialLogScale),
    };
  };

const samplerAt = <P>(
  size: number,
  flow: Flow<P, Transform>,
  { flow: params, loc, logScale }: FlowGuideParameters<P>,
): Sampler => {
  const throughWith =
    (given?: Given) =>
    (noise: Tensor): Mapped => {
      const bent = within("flow", () => flow.at(params, given).forward(noise));
      return { value: bent.value.mul(logScale.exp()).add(loc), logDet: bent.logDet.add(logScale.sum()) };
    };
  const exact = pushforward(size, throughWith());
  if (!flow.random) return exact;
  const estimated: Sampler["draw"] = (key, batch) => {
    const [forNoise, forFlow] = split(key, 2);
    return pushforward(size, throughWith({ key: forFlow })).draw(forNoise, batch);
  };
  const drawExactly: Sampler["draw"] = (key, batch) => exact.draw(split(key, 2)[0], batch);
  return { draw: estimated, drawExactly, through: exact.through };
};

/**
 * Standard normal noise through a flow and a learned diagonal affine map: a mean-field guide whose noise the flow bends. The log
 * density is known at its own draws, log q(z) = log N(noise) − Σ logDet, which is all that the bound needs.
 */
export const flowGuide = <P>(size: number, flow: Flow<P, Transform>): Guide<FlowGuideParameters<P>, Sampler> => ({
  init: flowGuideStart(size, flow.init),
  at: (params) => samplerAt(size, flow, params),
});

/** As `flowGuide`, with a density anywhere: for flows whose inverse is a formula. */
export const flowDensityGuide = <P>(size: number, flow: Flow<P>): Guide<FlowGuideParameters<P>, Density> => ({
  init: flowGuideStart(size, flow.init),
  at: (params) => ({
    ...samplerAt(size, flow, params),
    logProb: (z) => {
      const straight = within("flow", () => flow.at(params.flow).inverse(z.sub(params.loc).div(params.logScale.exp())));
      return standardLogProb(straight.value).add(straight.logDet).sub(params.logScale.sum());
    },
  }),
});
