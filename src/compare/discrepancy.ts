import { mcseMean, mcseSd } from "../diagnostics/mcse.ts";
import { chainsOf, type Draws, type DrawsOf, scalarNames } from "../posterior/draws.ts";
import type { Discrepancy, Posterior } from "../posterior/posterior.ts";

interface Moments {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  /** Monte Carlo standard errors. */
  readonly meanError: number;
  readonly sdError: number;
}

const momentsOf = (name: string, quantity: Draws): Moments[] =>
  scalarNames(name, quantity).map((scalar, flat) => {
    const series = chainsOf(quantity, flat);
    const n = series.reduce((sum, chain) => sum + chain.length, 0);
    const mean = series.reduce((sum, chain) => sum + chain.reduce((a, b) => a + b, 0), 0) / n;
    const squares = series.reduce((sum, chain) => sum + chain.reduce((a, b) => a + (b - mean) ** 2, 0), 0);
    return {
      name: scalar,
      mean,
      sd: Math.sqrt(squares / (n - 1)),
      meanError: mcseMean(series),
      sdError: mcseSd(series),
    };
  });

const allMoments = (draws: DrawsOf<Record<string, unknown>>): Moments[] =>
  Object.entries(draws).flatMap(([name, quantity]) => momentsOf(name, quantity));

const beside = (mine: Moments, reference: Moments): Discrepancy => ({
  name: mine.name,
  mean: mine.mean,
  sd: mine.sd,
  referenceMean: reference.mean,
  referenceSd: reference.sd,
  meanError: (mine.mean - reference.mean) / reference.sd,
  sdRatio: mine.sd / reference.sd,
  meanZ: (mine.mean - reference.mean) / Math.hypot(mine.meanError, reference.meanError),
  sdZ: (mine.sd - reference.sd) / Math.hypot(mine.sdError, reference.sdError),
});

/** Every scalar that varies in the reference, beside it: errors in reference sds, and in Monte Carlo errors of both sides. */
export const discrepancies = (mine: Posterior<unknown>, reference: Posterior<unknown>): Discrepancy[] => {
  const ours = new Map(allMoments(mine.draws as never).map((moments) => [moments.name, moments]));
  return allMoments(reference.draws as never)
    .filter(({ sd }) => sd > 0)
    .flatMap((theirs) => {
      const found = ours.get(theirs.name);
      return found ? [beside(found, theirs)] : [];
    });
};
