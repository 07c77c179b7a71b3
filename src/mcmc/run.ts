import type { HostKey } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Chain, type ChainPlan, runChain } from "./chain.ts";
import { runCompiledChain } from "./compiledChain.ts";
import type { Point, TunableKernel } from "./kernel.ts";

/** A chain before it runs. */
export interface Beginning {
  /** Which one, from 0. */
  readonly chain: number;
  readonly start: Point;
  readonly key: HostKey;
}

/** How far a chain has come. */
export interface ChainProgress {
  readonly chain: number;
  /** Transitions that are done, warm-up included. */
  readonly done: number;
  readonly warmingUp: boolean;
  /** Divergences after warm-up. */
  readonly divergences: number;
}

export interface Counted {
  readonly gradient: Gradient;
  /** Evaluations since it was made. */
  count(): number;
}

/** A gradient that counts its evaluations, those of its compiled sampler included. */
export const counting = (gradient: Gradient): Counted => {
  let count = 0;
  const at = (position: Float64Array, out: Float64Array): number => {
    count++;
    return gradient.at(position, out);
  };
  const { size, nuts, portable, dispose } = gradient;
  const before = nuts?.gradients() ?? 0;
  return {
    gradient: { size, at, nuts, portable, dispose },
    count: () => count + (nuts?.gradients() ?? 0) - before,
  };
};

/** Runs a chain in stretches of `restEvery` milliseconds; says how far it is after each and at the end. */
export function* runInStretches(
  gradient: Gradient,
  kernelOf: TunableKernel,
  { chain, start, key }: Beginning,
  plan: ChainPlan,
  restEvery: number,
): Generator<ChainProgress, Chain> {
  const run = kernelOf.compiled
    ? runCompiledChain(gradient, kernelOf.compiled, key, start, plan)
    : runChain(gradient, kernelOf, key, start, plan);
  const total = plan.warmup + plan.draws;
  let done = 0;
  let divergences = 0;
  let rested = performance.now();
  let step = run.next();
  for (; !step.done; step = run.next()) {
    done += step.value.transitions;
    const warmingUp = done <= plan.warmup;
    if (!warmingUp) divergences += step.value.divergences;
    if (done < total && performance.now() - rested < restEvery) continue;
    yield { chain, done, warmingUp, divergences };
    rested = performance.now();
  }
  return step.value;
}
