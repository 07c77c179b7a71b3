import { fail } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { CompiledNuts } from "../engine/compiledNuts.ts";
import type { Gradient } from "../engine/engine.ts";
import { dualAveraging } from "./dualAveraging.ts";
import type { CompiledKernel, Point, Progress, TunableKernel, TuningData } from "./kernel.ts";
import { metricOf } from "./metric.ts";
import { type Beginning, type ChainPlan, drawKeyOf, firstDrawOf } from "./plan.ts";
import { keepRecords, type Records } from "./records.ts";
import { type RunningSpread, spreadFor } from "./spread.ts";
import { stepSizeSearch } from "./stepSize.ts";
import { planWarmup } from "./warmup.ts";

export interface CompiledTunable extends TunableKernel {
  readonly compiled: CompiledKernel;
}

/** Whether a chain can run on the kernel's compiled sampler: one without room for a dense metric must never meet one. */
export const takesCompiled = (
  kernelOf: TunableKernel,
  { after }: Beginning,
  { initial }: ChainPlan,
): kernelOf is CompiledTunable => {
  const kinds = [kernelOf.metric, after?.metric.kind, initial?.metric?.kind];
  return kernelOf.compiled !== undefined && (kernelOf.compiled.nuts.takesDense || !kinds.includes("dense"));
};

/** Milliseconds that a call into the program should last: long beside the call, short beside a rest. */
const shortest = 1;
const longest = 5;

type Chunks = (from: number, to: number, run: (from: number, count: number) => number) => Generator<Progress, void>;

/** Fails where somebody else has moved the chain since `gradients` were counted. */
const checkOwn = (nuts: CompiledNuts, gradients: number): void => {
  if (nuts.gradients() !== gradients)
    fail(
      "sample: two runs on one compiled gradient at the same time; run one after the other, or make a gradient for each",
    );
};

/** Cuts transitions into calls of some milliseconds, of `most` transitions at the longest; `run` returns its divergences. */
const chunksOf = (nuts: CompiledNuts, most: number, stepSize: () => number): Chunks => {
  let size = 1;
  return function* (from, to, run) {
    for (let done = from; done < to; ) {
      const transitions = Math.min(size, to - done);
      const began = performance.now();
      const divergences = run(done, transitions);
      const took = performance.now() - began;
      if (took < shortest && transitions === size) size = Math.min(2 * size, most);
      if (took > longest) size = Math.max(1, size >> 1);
      done += transitions;
      const gradients = nuts.gradients();
      yield { transitions, divergences, stepSize: stepSize() };
      checkOwn(nuts, gradients);
    }
  };
};

/** `warmUp` with its transitions compiled. The chain is left where it ends. */
export function* warmUpCompiled(
  gradient: Gradient,
  kernelOf: CompiledTunable,
  key: HostKey,
  start: Point,
  plan: ChainPlan,
): Generator<Progress, TuningData> {
  const { nuts, maxTreeDepth } = kernelOf.compiled;
  const { warmup, targetAcceptance } = plan;
  const [searchKey, stepKey] = splitHostKey(key, 2);
  const averaging = dualAveraging({ target: targetAcceptance });
  const search = stepSizeSearch(gradient);
  const { guess, fixed, windows, ...first } = planWarmup(kernelOf, plan, gradient.size);
  const spreadOf = spreadFor[kernelOf.metric ?? "diagonal"];
  let { metric } = first;
  let spread = spreadOf?.(gradient.size);
  const startAt = (done: number, from: number): void => {
    nuts.setMetric(metric.data);
    const stepSize = search(nuts.place(), metric, from, foldHostKey(searchKey, done));
    nuts.startAdapting(averaging.start(stepSize), targetAcceptance);
  };
  nuts.moveTo(start);
  if (fixed !== undefined) {
    nuts.setMetric(metric.data);
    return { stepSize: fixed, metric: metric.data };
  }
  startAt(0, guess);
  const stepSizeNow = (): number => averaging.exploring(nuts.averaging());
  let done = 0;
  for (const end of [windows.from, ...windows.ends, warmup]) {
    const gathers = spread !== undefined && done >= windows.from;
    const most = gathers ? nuts.capacity : Number.POSITIVE_INFINITY;
    yield* chunksOf(nuts, most, stepSizeNow)(done, end, (from, count) => {
      const positions = nuts.adapt(stepKey, from, count, maxTreeDepth, gathers);
      if (gathers) addAll(spread as RunningSpread, positions, gradient.size);
      return 0;
    });
    done = end;
    if (!spread || !windows.ends.includes(end)) continue;
    metric = metricOf(spread.regularised());
    spread = spreadOf?.(gradient.size);
    startAt(end, stepSizeNow());
  }
  return { stepSize: averaging.settled(nuts.averaging()), metric: metric.data };
}

const addAll = (spread: RunningSpread, positions: Float64Array, size: number): void => {
  for (let at = 0; at < positions.length; at += size) spread.add(positions.subarray(at, at + size));
};

const countOf = (flags: ArrayLike<number>): number => {
  let count = 0;
  for (let i = 0; i < flags.length; i++) count += flags[i];
  return count;
};

/**
 * `runChain` with its transitions compiled: the same keys and the same schedule. Yields after every few milliseconds of
 * transitions, or after each where one takes longer; how they are cut into calls has no bearing on the draws.
 */
export function* runCompiledChain(
  gradient: Gradient,
  kernelOf: CompiledTunable,
  beginning: Beginning,
  plan: ChainPlan,
  records: Records,
): Generator<Progress, void> {
  const { nuts, maxTreeDepth } = kernelOf.compiled;
  const { start, after, key } = beginning;
  let tuning: TuningData;
  if (after) {
    tuning = { stepSize: after.stepSize, metric: after.metric };
    nuts.moveTo(start);
    nuts.setMetric(after.metric);
  } else tuning = yield* warmUpCompiled(gradient, kernelOf, splitHostKey(key, 2)[0], start, plan);
  const [drawKey, first] = [drawKeyOf(beginning), firstDrawOf(beginning)];
  const chunks = chunksOf(nuts, nuts.capacity, () => tuning.stepSize);
  for (const progress of chunks(0, plan.draws, (from, count) => {
    const drawn = nuts.sample(drawKey, first + from, count, maxTreeDepth, tuning.stepSize);
    keepRecords(records, from, drawn);
    return countOf(drawn.diverging);
  }))
    yield { ...progress, tuning };
}
