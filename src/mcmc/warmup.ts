import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import { dualAveraging } from "./dualAveraging.ts";
import { type Point, type Progress, progressOf, type TunableKernel, type Tuning } from "./kernel.ts";
import { type Metric, metricOf, unitMetric } from "./metric.ts";
import type { ChainPlan } from "./plan.ts";
import { spreadFor } from "./spread.ts";
import type { StepSizeSearch } from "./stepSize.ts";
import { type Windows, warmupWindows } from "./windows.ts";

export interface WarmedUp {
  readonly point: Point;
  readonly tuning: Tuning;
}

/** What a warm-up sets out with. */
export interface WarmupPlan {
  readonly metric: Metric;
  readonly guess: number;
  /** A step size to be used as it is. */
  readonly fixed?: number;
  readonly windows: Windows;
}

/** The metric, first guess and windows of a warm-up; a metric that is not adapted has no windows. */
export const planWarmup = (kernelOf: TunableKernel, { warmup, initial = {} }: ChainPlan, size: number): WarmupPlan => ({
  metric: initial.metric ? metricOf(initial.metric) : unitMetric(size),
  guess: initial.stepSize ?? 1,
  fixed: warmup === 0 ? initial.stepSize : undefined,
  windows: kernelOf.metric === "unit" || initial.keeps ? { from: warmup, ends: [] } : warmupWindows(warmup),
});

/**
 * Warm-up: a step size by dual averaging and a metric by windows, each window starting the step size anew. Yields
 * after every transition. Without transitions, the step size is the one that the search finds under the initial metric.
 */
export function* warmUp(
  kernelOf: TunableKernel,
  search: StepSizeSearch,
  key: HostKey,
  start: Point,
  plan: ChainPlan,
): Generator<Progress, WarmedUp> {
  const { warmup, targetAcceptance } = plan;
  const [searchKey, stepKey] = splitHostKey(key, 2);
  const averaging = dualAveraging({ target: targetAcceptance });
  const size = start.position.length;
  const { guess, fixed, windows, ...first } = planWarmup(kernelOf, plan, size);
  const spreadOf = spreadFor[kernelOf.metric ?? "diagonal"];
  let point = start;
  let { metric } = first;
  let spread = spreadOf?.(size);
  if (fixed !== undefined) return { point, tuning: { stepSize: fixed, metric } };
  let state = averaging.start(search(point, metric, guess, foldHostKey(searchKey, 0)));
  for (let i = 0; i < warmup; i++) {
    const stepSize = averaging.exploring(state);
    const [next, transition] = kernelOf({ stepSize, metric }).step(foldHostKey(stepKey, i), point);
    point = next;
    state = averaging.update(state, transition.acceptance);
    if (i >= windows.from) spread?.add(point.position);
    if (spread && windows.ends.includes(i + 1)) {
      metric = metricOf(spread.regularised());
      spread = spreadOf?.(size);
      const again = averaging.exploring(state);
      state = averaging.start(search(point, metric, again, foldHostKey(searchKey, i + 1)));
    }
    yield progressOf(transition, stepSize);
  }
  return { point, tuning: { stepSize: averaging.settled(state), metric } };
}
