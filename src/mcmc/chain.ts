import { foldHostKey, splitHostKey } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type Point, type Progress, progressOf, type TunableKernel, type Tuning } from "./kernel.ts";
import { metricOf } from "./metric.ts";
import { type Beginning, type ChainPlan, drawKeyOf, firstDrawOf } from "./plan.ts";
import { keepDraw, type Records } from "./records.ts";
import { stepSizeSearch } from "./stepSize.ts";
import { warmUp } from "./warmup.ts";

/** Warm-up and draws of one chain. Yields after every transition, so that the caller may rest or stop between any two. */
export function* runChain(
  gradient: Gradient,
  kernelOf: TunableKernel,
  beginning: Beginning,
  plan: ChainPlan,
  records: Records,
): Generator<Progress, void> {
  const { start, after, key } = beginning;
  const ready = after
    ? { point: start, tuning: { stepSize: after.stepSize, metric: metricOf(after.metric) } }
    : yield* warmUp(kernelOf, stepSizeSearch(gradient), splitHostKey(key, 2)[0], start, plan);
  yield* drawFrom(kernelOf, ready, beginning, plan.draws, records);
}

/** The draws of a chain whose warm-up is over. */
function* drawFrom(
  kernelOf: TunableKernel,
  ready: { readonly point: Point; readonly tuning: Tuning },
  beginning: Beginning,
  draws: number,
  records: Records,
): Generator<Progress, void> {
  const { stepSize, metric } = ready.tuning;
  const [drawKey, first, size] = [drawKeyOf(beginning), firstDrawOf(beginning), metric.size];
  const kernel = kernelOf(ready.tuning);
  const tuning = { stepSize, metric: metric.data };
  let { point } = ready;
  for (let i = 0; i < draws; i++) {
    const [next, transition] = kernel.step(foldHostKey(drawKey, first + i), point);
    point = next;
    keepDraw(records, i, point, transition, size);
    yield { ...progressOf(transition, stepSize), tuning };
  }
}
