import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import { dualAveraging } from "./dualAveraging.ts";
import { type Point, type Progress, progressOf, type TunableKernel, type Tuning } from "./kernel.ts";
import { diagonalMetric, unitMetric } from "./metric.ts";
import type { StepSizeSearch } from "./stepSize.ts";
import { runningVariance } from "./variance.ts";
import { warmupWindows } from "./windows.ts";

export interface WarmedUp {
  readonly point: Point;
  readonly tuning: Tuning;
}

/**
 * Warm-up: a step size by dual averaging and a diagonal metric by windows, each window starting the step size anew. Yields
 * after every transition. Without transitions, the step size is the one that the search finds under the unit metric.
 */
export function* warmUp(
  kernelOf: TunableKernel,
  search: StepSizeSearch,
  key: HostKey,
  start: Point,
  { warmup, targetAcceptance }: { readonly warmup: number; readonly targetAcceptance: number },
): Generator<Progress, WarmedUp> {
  const [searchKey, stepKey] = splitHostKey(key, 2);
  const averaging = dualAveraging({ target: targetAcceptance });
  const { from, ends } = warmupWindows(warmup);
  const size = start.position.length;
  let point = start;
  let metric = unitMetric(size);
  let variance = runningVariance(size);
  let state = averaging.start(search(point, metric, 1, foldHostKey(searchKey, 0)));
  for (let i = 0; i < warmup; i++) {
    const [next, transition] = kernelOf({ stepSize: averaging.exploring(state), metric }).step(
      foldHostKey(stepKey, i),
      point,
    );
    point = next;
    state = averaging.update(state, transition.acceptance);
    if (i >= from) variance.add(point.position);
    if (ends.includes(i + 1)) {
      metric = diagonalMetric(variance.regularised());
      variance = runningVariance(size);
      const guess = averaging.exploring(state);
      state = averaging.start(search(point, metric, guess, foldHostKey(searchKey, i + 1)));
    }
    yield progressOf(transition);
  }
  return { point, tuning: { stepSize: averaging.settled(state), metric } };
}
