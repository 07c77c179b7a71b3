import { fail } from "../../core/check.ts";
import { type MetricData, metricOf } from "../metric.ts";
import type { Rung } from "./rung.ts";

/** All replicas as one array, to go on with: per rung β, step size, whether its metric is dense, the metric, the position. */
export const toMemory = (rungs: readonly Rung[], positions: readonly Float64Array[]): Float64Array =>
  Float64Array.from(
    rungs.flatMap(({ beta, stepSize, metric: { data } }, k) =>
      data.kind === "dense"
        ? [beta, stepSize, 1, ...data.covariance, ...positions[k]]
        : [beta, stepSize, 0, ...data.variances, ...positions[k]],
    ),
  );

export interface Remembered {
  readonly rungs: readonly Rung[];
  readonly positions: readonly Float64Array[];
}

const metricData = (isDense: boolean, values: Float64Array): MetricData =>
  isDense ? { kind: "dense", covariance: values } : { kind: "diagonal", variances: values };

/** @throws FluvialError where it is not the memory of replicas of `size` numbers. */
export const fromMemory = (given: Float64Array | undefined, size: number): Remembered => {
  const memory = given ?? new Float64Array(0);
  const rungs: Rung[] = [];
  const positions: Float64Array[] = [];
  let at = 0;
  while (at < memory.length) {
    const [beta, stepSize, isDense] = memory.subarray(at, at + 3);
    const middle = at + 3 + (isDense ? size * size : size);
    rungs.push({ beta, stepSize, metric: metricOf(metricData(isDense === 1, memory.slice(at + 3, middle))) });
    positions.push(memory.slice(middle, middle + size));
    at = middle + size;
  }
  if (at !== memory.length || rungs.length === 0)
    fail("sample: a chain of tempered() goes on only from a state of tempered(), with its memory");
  return { rungs, positions };
};
