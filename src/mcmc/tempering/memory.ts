import { fail } from "../../core/check.ts";
import { type MetricData, metricOf } from "../metric.ts";
import type { Rung } from "./rung.ts";

/**
 * All replicas as one array, to go on with: how many rungs there are, whether their metrics are dense; then per rung β, step size, metric,
 * position.
 */
export const toMemory = (rungs: readonly Rung[], positions: readonly Float64Array[]): Float64Array => {
  const numbersOf = ({ data }: Rung["metric"]): Float64Array =>
    data.kind === "dense" ? data.covariance : data.variances;
  const isDense = rungs[0].metric.data.kind === "dense" ? 1 : 0;
  const parts = rungs.map(({ beta, stepSize, metric }, k) => [beta, stepSize, ...numbersOf(metric), ...positions[k]]);
  return Float64Array.from([rungs.length, isDense, ...parts.flat()]);
};

export interface Remembered {
  readonly rungs: readonly Rung[];
  readonly positions: readonly Float64Array[];
}

/** @throws FluvialError where it is not the memory of replicas of `size` numbers. */
export const fromMemory = (memory: Float64Array | undefined, size: number): Remembered => {
  const [count, isDense] = memory ?? [0, 0];
  const width = isDense ? size * size : size;
  const each = 2 + width + size;
  if (!memory || memory.length !== 2 + count * each)
    return fail("sample: a chain of tempered() goes on only from a state of tempered(), with its memory");
  const part = (k: number): Float64Array => memory.slice(2 + k * each, 2 + (k + 1) * each);
  const metricData = (values: Float64Array): MetricData =>
    isDense ? { kind: "dense", covariance: values } : { kind: "diagonal", variances: values };
  const parts = Array.from({ length: count }, (_, k) => part(k));
  return {
    rungs: parts.map((values) => ({
      beta: values[0],
      stepSize: values[1],
      metric: metricOf(metricData(values.slice(2, 2 + width))),
    })),
    positions: parts.map((values) => values.slice(2 + width)),
  };
};
