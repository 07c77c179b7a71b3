import { foldHostKey, type HostKey, splitHostKey } from "../../core/key.ts";
import { dualAveraging } from "../dualAveraging.ts";
import { type Point, type Progress, progressOf, type TunableKernel } from "../kernel.ts";
import { metricOf } from "../metric.ts";
import type { ChainPlan } from "../plan.ts";
import { spreadFor } from "../spread.ts";
import type { StepSizeSearch } from "../stepSize.ts";
import { planWarmup } from "../warmup.ts";
import { type Ladder, levelled, roundTrips, swapRates } from "./ladder.ts";
import { moveAll, type Rung, swapNeighbours } from "./rung.ts";

export interface TemperedWarmUp {
  readonly rungs: readonly Rung[];
  readonly points: Point[];
}

/** Of the old rungs, the one next to β. */
const nearest = (ladder: Ladder, beta: number): number => {
  const distances = ladder.map((other) => Math.abs(Math.log(other / beta)));
  return distances.indexOf(Math.min(...distances));
};

/**
 * The warm-up of `warmUp` for every replica at once: each has its own step size and metric; where a window ends, the ladder is levelled
 * too, unless it is fixed.
 */
export function* warmUpTempered(
  kernelOf: TunableKernel,
  search: StepSizeSearch,
  key: HostKey,
  start: Point,
  plan: ChainPlan,
  { ladder: first, fixed }: { readonly ladder: Ladder; readonly fixed: boolean },
): Generator<Progress, TemperedWarmUp> {
  const { warmup, targetAcceptance } = plan;
  const [searchKey, stepKey] = splitHostKey(key, 2);
  const averaging = dualAveraging({ target: targetAcceptance });
  const size = start.position.length;
  const initial = planWarmup(kernelOf, plan, size);
  const { windows } = initial;
  const spreadOf = spreadFor[kernelOf.metric ?? "diagonal"];
  const points = first.map(() => start);
  const searchAt = (done: number, guesses: readonly number[]): number[] =>
    ladder.map((beta, k) => {
      const rungKey = foldHostKey(foldHostKey(searchKey, done), k);
      return search(points[k], metrics[k], guesses[k], rungKey, beta);
    });
  let ladder = first;
  let metrics = ladder.map(() => initial.metric);
  let spreads = ladder.map(() => spreadOf?.(size));
  let tally = { rates: swapRates(first.length), trips: roundTrips(first.length) };
  const begun =
    initial.fixed === undefined
      ? searchAt(
          0,
          ladder.map(() => initial.guess),
        )
      : undefined;
  let states = ladder.map((_, k) => averaging.start(begun?.[k] ?? initial.guess));
  for (let i = 0; i < warmup; i++) {
    const stepSizes = states.map(averaging.exploring);
    const rungs = ladder.map((beta, k) => ({ beta, stepSize: stepSizes[k], metric: metrics[k] }));
    const iterationKey = foldHostKey(stepKey, i);
    const transitions = moveAll(kernelOf, rungs, points, iterationKey);
    states = states.map((state, k) => averaging.update(state, transitions[k].acceptance));
    if (i >= windows.from) for (const [k, spread] of spreads.entries()) spread?.add(points[k].position);
    swapNeighbours(ladder, points, iterationKey, i, tally);
    if (windows.ends.includes(i + 1)) {
      const made = spreads.map((spread, k) => (spread ? metricOf(spread.regularised()) : metrics[k]));
      const old = ladder;
      if (!fixed) ladder = levelled(old, tally.rates.rates());
      const from = ladder.map((beta) => nearest(old, beta));
      metrics = from.map((k) => made[k]);
      spreads = ladder.map(() => spreadOf?.(size));
      tally = { rates: swapRates(first.length), trips: roundTrips(first.length) };
      states = searchAt(
        i + 1,
        from.map((k) => averaging.exploring(states[k])),
      ).map(averaging.start);
    }
    yield progressOf(transitions[0], stepSizes[0]);
  }
  const rungs = ladder.map((beta, k) => ({
    beta,
    stepSize: initial.fixed ?? averaging.settled(states[k]),
    metric: metrics[k],
  }));
  return { rungs, points };
}
