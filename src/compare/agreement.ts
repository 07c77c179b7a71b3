import { mcseMean, mcseQuantile, mcseSd } from "../diagnostics/mcse.ts";
import { quantileOfSorted } from "../diagnostics/quantile.ts";
import { isConstant, isFiniteSeries, mean, pooled, type Series, variance } from "../diagnostics/series.ts";
import { chainsOf, type Draws, scalarNames } from "../posterior/draws.ts";

/** What two sets of draws are held together by. */
export const statistics = ["mean", "sd", "q5", "q50", "q95"] as const;
export type Statistic = (typeof statistics)[number];

/** One statistic of one scalar in two sets of draws. */
export interface Agreement {
  /** "mu", "theta[3]". */
  readonly name: string;
  readonly statistic: Statistic;
  readonly value: number;
  readonly reference: number;
  /** Their difference in Monte Carlo standard errors of both sides. */
  readonly z: number;
}

interface Estimate {
  readonly value: number;
  readonly error: number;
}

const quantile = (series: Series, p: number): Estimate => ({
  value: quantileOfSorted(pooled(series).sort(), p),
  error: mcseQuantile(series, p),
});

const estimates = {
  mean: (series) => ({ value: mean(pooled(series)), error: mcseMean(series) }),
  sd: (series) => ({ value: Math.sqrt(variance(pooled(series))), error: mcseSd(series) }),
  q5: (series) => quantile(series, 0.05),
  q50: (series) => quantile(series, 0.5),
  q95: (series) => quantile(series, 0.95),
} satisfies Record<Statistic, (series: Series) => Estimate>;

const beside = (name: string, statistic: Statistic, mine: Series, reference: Series): Agreement => {
  const [ours, theirs] = [mine, reference].map(estimates[statistic]);
  const z = (ours.value - theirs.value) / Math.hypot(ours.error, theirs.error);
  return { name, statistic, value: ours.value, reference: theirs.value, z };
};

const settled = (series: Series): boolean => isConstant(series) && isFiniteSeries(series);

/**
 * Means, sds and 5, 50 and 95 % quantiles of every scalar in two sets of draws, each difference in units of both sides' Monte Carlo
 * standard errors: z-scores of about ±1 where both come from one distribution. Scalars that are constant in the reference are left out.
 * @param mine draws by quantity, [chain, draw, ...event]. @param reference the same quantities, or fewer.
 */
export const agreement = (
  mine: Readonly<Record<string, Draws>>,
  reference: Readonly<Record<string, Draws>>,
): Agreement[] =>
  Object.entries(reference).flatMap(([quantity, theirs]) =>
    scalarNames(quantity, theirs).flatMap((name, flat) => {
      const [ours, others] = [chainsOf(mine[quantity], flat), chainsOf(theirs, flat)];
      return settled(others) ? [] : statistics.map((statistic) => beside(name, statistic, ours, others));
    }),
  );
