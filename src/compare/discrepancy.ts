import { mcseMean, mcseSd } from "../diagnostics/mcse.ts";
import { isConstant, isFiniteSeries, mean, pooled, type Series, variance } from "../diagnostics/series.ts";
import { chainsOf, type Draws, type DrawsOf, scalarNames } from "../posterior/draws.ts";
import type { Discrepancy, Posterior } from "../posterior/posterior.ts";

interface Moments {
  readonly mean: number;
  readonly sd: number;
  /** Monte Carlo standard errors. */
  readonly meanError: number;
  readonly sdError: number;
}

const momentsOf = (series: Series): Moments => {
  if (isConstant(series)) return { mean: series[0][0], sd: 0, meanError: 0, sdError: 0 };
  const all = pooled(series);
  return { mean: mean(all), sd: Math.sqrt(variance(all)), meanError: mcseMean(series), sdError: mcseSd(series) };
};

const beside = (name: string, mine: Moments, reference: Moments): Discrepancy => ({
  name,
  mean: mine.mean,
  sd: mine.sd,
  referenceMean: reference.mean,
  referenceSd: reference.sd,
  meanError: (mine.mean - reference.mean) / reference.sd,
  sdRatio: mine.sd / reference.sd,
  meanZ: (mine.mean - reference.mean) / Math.hypot(mine.meanError, reference.meanError),
  sdZ: (mine.sd - reference.sd) / Math.hypot(mine.sdError, reference.sdError),
});

/** Whether there is nothing to compare: the reference is always the same, and no draw of either side is NaN or infinite. */
const isSettled = (mine: Series, reference: Series): boolean =>
  isConstant(reference) && isFiniteSeries(reference) && isFiniteSeries(mine);

const quantityDiscrepancies = (name: string, mine: Draws, reference: Draws): Discrepancy[] =>
  scalarNames(name, mine).flatMap((scalar, flat) => {
    const [ours, theirs] = [chainsOf(mine, flat), chainsOf(reference, flat)];
    return isSettled(ours, theirs) ? [] : [beside(scalar, momentsOf(ours), momentsOf(theirs))];
  });

/**
 * Every scalar that varies in the reference, beside it: errors in reference sds, and in Monte Carlo errors of both sides. Scalars are
 * matched by quantity and index, whatever their labels, and named as in `mine`; one with draws that are not finite stays in, with
 * figures of NaN or ∞.
 * @param reference has the quantities and shapes of `mine`.
 */
export const discrepancies = (mine: Posterior<unknown>, reference: Posterior<unknown>): Discrepancy[] => {
  const theirs = reference.draws as DrawsOf<Record<string, unknown>>;
  return Object.entries(mine.draws as DrawsOf<Record<string, unknown>>).flatMap(([name, quantity]) =>
    quantityDiscrepancies(name, quantity, theirs[name]),
  );
};
