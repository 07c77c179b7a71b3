import type { Gradient } from "../engine/engine.ts";
import { runChain } from "./chain.ts";
import { runCompiledChain, takesCompiled } from "./compiledChain.ts";
import type { KernelReport, Progress, TunableKernel, TuningData } from "./kernel.ts";
import type { Beginning, ChainPlan } from "./plan.ts";
import type { Records } from "./records.ts";

/** How far a chain has come. */
export interface ChainProgress {
  readonly chain: number;
  /** Transitions that are done, warm-up included. */
  readonly done: number;
  /** Draws that lie in its records. */
  readonly drawn: number;
  readonly warmingUp: boolean;
  /** Divergences after warm-up. */
  readonly divergences: number;
  readonly stepSize: number;
  /** There with the first draws alone. */
  readonly tuning?: TuningData;
  readonly memory?: Float64Array;
  readonly report?: KernelReport;
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

const runOf = (
  gradient: Gradient,
  kernelOf: TunableKernel,
  beginning: Beginning,
  plan: ChainPlan,
  records: Records,
): Generator<Progress, void> => {
  if (kernelOf.run) return kernelOf.run(beginning, plan, records);
  if (takesCompiled(kernelOf, beginning, plan)) return runCompiledChain(gradient, kernelOf, beginning, plan, records);
  return runChain(gradient, kernelOf, beginning, plan, records);
};

/** Transitions of a chain, warm-up included. */
export const transitionsOf = ({ warmup, draws }: ChainPlan): number => warmup + draws;

/** Runs a chain in stretches of `restEvery` milliseconds; says how far it is after each and at the end. */
export function* runInStretches(
  gradient: Gradient,
  kernelOf: TunableKernel,
  beginning: Beginning,
  plan: ChainPlan,
  records: Records,
  restEvery: number,
): Generator<ChainProgress, void> {
  const { chain } = beginning;
  const total = transitionsOf(plan);
  let done = 0;
  let divergences = 0;
  let tuned = false;
  let rested = performance.now();
  for (const { transitions, divergences: more, stepSize, tuning, memory, report } of runOf(
    gradient,
    kernelOf,
    beginning,
    plan,
    records,
  )) {
    done += transitions;
    const warmingUp = done <= plan.warmup;
    const drawn = Math.max(0, done - plan.warmup);
    if (!warmingUp) divergences += more;
    if (done < total && performance.now() - rested < restEvery) continue;
    yield {
      ...{ chain, done, drawn, warmingUp, divergences, stepSize },
      ...(tuned ? {} : { tuning }),
      ...(memory && { memory: memory() }),
      ...(report && { report: report() }),
    };
    tuned ||= tuning !== undefined;
    rested = performance.now();
  }
}
