import { fail } from "../../core/check.ts";
import type { Shape } from "../../core/tensor.ts";
import { quantile } from "../../diagnostics/quantile.ts";
import { mean, variance } from "../../diagnostics/series.ts";

/** A number that sums up one set of data. @param values row by row. @param shape theirs. */
export type Statistic = (values: Float64Array, shape: Shape) => number;

/** What is looked at unless said. */
export const defaultStatistics: Readonly<Record<string, Statistic>> = {
  mean,
  sd: (values) => Math.sqrt(variance(values)),
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  q5: (values) => quantile(values, 0.05),
  q50: (values) => quantile(values, 0.5),
  q95: (values) => quantile(values, 0.95),
};

/** @throws FluvialError where a user's statistic gives no number. */
export const statisticAt = (name: string, statistic: Statistic, values: Float64Array, shape: Shape): number => {
  const made: unknown = statistic(values, shape);
  return typeof made === "number"
    ? made
    : fail(`predictiveCheck: the statistic "${name}" must return a number, got ${typeof made}`);
};

/** The statistics that make sense of so many values: of one value all are the same, but for the sd, which it has none of. */
export const statisticsFor = (
  given: Readonly<Record<string, Statistic>>,
  count: number,
): Readonly<Record<string, Statistic>> => ({
  ...(count > 1 ? defaultStatistics : { value: defaultStatistics.mean }),
  ...given,
});
