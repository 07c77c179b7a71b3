/** Means and sds beside those of reference draws. */
import { mean, pooled, variance } from "../../src/diagnostics/series.ts";
import { chainsOf, type Draws, type DrawsOf, scalarNames } from "../../src/posterior/draws.ts";
import type { Errors } from "./results.ts";

interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Of every scalar of some draws, by its name. */
export const momentsOf = (draws: DrawsOf<Record<string, unknown>>): ReadonlyMap<string, Moments> =>
  new Map(
    Object.entries(draws as Readonly<Record<string, Draws>>).flatMap(([quantity, values]) =>
      scalarNames(quantity, { ...values, coords: values.coords.map(() => undefined) }).map((name, flat) => {
        const all = pooled(chainsOf(values, flat));
        return [name, { mean: mean(all), sd: Math.sqrt(variance(all)) }] as const;
      }),
    ),
  );

const rms = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

/** NaN where any is NaN. */
const largest = (values: readonly number[]): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** @throws Error where a scalar of the reference is missing. */
export const errorsOf = (mine: ReadonlyMap<string, Moments>, reference: ReadonlyMap<string, Moments>): Errors => {
  const apart = [...reference].map(([name, theirs]) => {
    const ours = mine.get(name);
    if (!ours) throw new Error(`the reference has ${name}, the fit has ${[...mine.keys()].join(", ")}`);
    return { mean: (ours.mean - theirs.mean) / theirs.sd, logSd: Math.log(ours.sd / theirs.sd) };
  });
  const means = apart.map((each) => each.mean);
  const sds = apart.map((each) => each.logSd);
  const farthest = sds.reduce((a, b) => (Math.abs(b) > Math.abs(a) || Number.isNaN(b) ? b : a), 0);
  return { meanWorst: largest(means), meanRms: rms(means), sdWorst: Math.exp(farthest), sdRms: rms(sds) };
};
