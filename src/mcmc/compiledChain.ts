import { fail } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { CompiledNuts, Draws } from "../engine/compiledNuts.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Chain, type ChainPlan, emptyChain } from "./chain.ts";
import { dualAveraging } from "./dualAveraging.ts";
import type { CompiledKernel, Point, Progress, Tuning } from "./kernel.ts";
import { diagonalMetric, unitMetric } from "./metric.ts";
import { stepSizeSearch } from "./stepSize.ts";
import { regularisedVariances } from "./variance.ts";
import { warmupWindows } from "./windows.ts";

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
const chunksOf = (nuts: CompiledNuts, most: number): Chunks => {
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
      yield { transitions, divergences };
      checkOwn(nuts, gradients);
    }
  };
};

/** `warmUp` with its transitions compiled. The chain is left where it ends. */
function* warmUpCompiled(
  gradient: Gradient,
  { nuts, maxTreeDepth }: CompiledKernel,
  key: HostKey,
  start: Point,
  { warmup, targetAcceptance }: ChainPlan,
): Generator<Progress, Tuning> {
  const [searchKey, stepKey] = splitHostKey(key, 2);
  const averaging = dualAveraging({ target: targetAcceptance });
  const search = stepSizeSearch(gradient);
  const { from, ends } = warmupWindows(warmup);
  const inChunks = chunksOf(nuts, Number.POSITIVE_INFINITY);
  let metric = unitMetric(gradient.size);
  const startAt = (done: number, guess: number): void => {
    nuts.setMetric(metric.variances);
    const stepSize = search(nuts.place(), metric, guess, foldHostKey(searchKey, done));
    nuts.startAdapting(averaging.start(stepSize), targetAcceptance);
  };
  nuts.moveTo(start);
  startAt(0, 1);
  let done = 0;
  for (const end of [from, ...ends, warmup]) {
    const gathers = done >= from;
    yield* inChunks(done, end, (first, count) => {
      nuts.adapt(stepKey, first, count, maxTreeDepth, gathers);
      return 0;
    });
    done = end;
    if (!ends.includes(end)) continue;
    const { squares, count } = nuts.spread();
    metric = diagonalMetric(regularisedVariances(squares, count));
    startAt(end, averaging.exploring(nuts.averaging()));
  }
  return { stepSize: averaging.settled(nuts.averaging()), metric };
}

/** Copies draws into a chain from number `from` on; returns how many diverged. */
const keep = (chain: Omit<Chain, "tuning">, from: number, { draws, ...records }: Draws): number => {
  const { length } = records.diverging;
  chain.draws.set(draws, from * (draws.length / length));
  chain.logDensity.set(records.logDensity, from);
  chain.energy.set(records.energy, from);
  chain.acceptance.set(records.acceptance, from);
  chain.treeDepth.set(records.treeDepth, from);
  chain.diverging.set(records.diverging, from);
  return records.diverging.reduce((sum, one) => sum + one, 0);
};

/**
 * `runChain` with its transitions compiled: the same keys and the same schedule. Yields after every few milliseconds of
 * transitions, or after each where one takes longer; how they are cut into calls has no bearing on the draws.
 */
export function* runCompiledChain(
  gradient: Gradient,
  kernel: CompiledKernel,
  key: HostKey,
  start: Point,
  plan: ChainPlan,
): Generator<Progress, Chain> {
  const { nuts, maxTreeDepth } = kernel;
  const [warmupKey, drawKey] = splitHostKey(key, 2);
  const tuning = yield* warmUpCompiled(gradient, kernel, warmupKey, start, plan);
  const chain = emptyChain(plan.draws, gradient.size);
  yield* chunksOf(nuts, nuts.capacity)(0, plan.draws, (from, count) =>
    keep(chain, from, nuts.sample(drawKey, from, count, maxTreeDepth, tuning.stepSize)),
  );
  return { ...chain, tuning };
}
