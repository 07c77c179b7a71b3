import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Point, type Progress, progressOf, type TunableKernel, type Tuning } from "./kernel.ts";
import { stepSizeSearch } from "./stepSize.ts";
import { warmUp } from "./warmup.ts";

export interface ChainPlan {
  readonly warmup: number;
  readonly draws: number;
  readonly targetAcceptance: number;
}

/** One chain after warm-up, one entry per draw. */
export interface Chain {
  /** [draws × size], row by row, unconstrained. */
  readonly draws: Float64Array;
  readonly logDensity: Float64Array;
  readonly energy: Float64Array;
  readonly acceptance: Float64Array;
  readonly treeDepth: Float64Array;
  readonly diverging: Uint8Array;
  readonly tuning: Tuning;
}

export const emptyChain = (draws: number, size: number): Omit<Chain, "tuning"> => ({
  draws: new Float64Array(draws * size),
  logDensity: new Float64Array(draws),
  energy: new Float64Array(draws),
  acceptance: new Float64Array(draws),
  treeDepth: new Float64Array(draws),
  diverging: new Uint8Array(draws),
});

/** Warm-up and draws of one chain. Yields after every transition, so that the caller may rest or stop between any two. */
export function* runChain(
  gradient: Gradient,
  kernelOf: TunableKernel,
  key: HostKey,
  start: Point,
  plan: ChainPlan,
): Generator<Progress, Chain> {
  const [warmupKey, drawKey] = splitHostKey(key, 2);
  const warmedUp = yield* warmUp(kernelOf, stepSizeSearch(gradient), warmupKey, start, plan);
  const { tuning } = warmedUp;
  const kernel = kernelOf(tuning);
  const chain = emptyChain(plan.draws, gradient.size);
  let { point } = warmedUp;
  for (let i = 0; i < plan.draws; i++) {
    const [next, transition] = kernel.step(foldHostKey(drawKey, i), point);
    point = next;
    chain.draws.set(point.position, i * gradient.size);
    chain.logDensity[i] = point.logDensity;
    chain.energy[i] = transition.energy;
    chain.acceptance[i] = transition.acceptance;
    chain.treeDepth[i] = transition.treeDepth;
    chain.diverging[i] = transition.diverging ? 1 : 0;
    yield progressOf(transition);
  }
  return { ...chain, tuning };
}
