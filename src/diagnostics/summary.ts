import { type Draws, pooledDraws, scalarNames } from "../posterior/draws.ts";
import type { Row } from "../posterior/posterior.ts";
import { biasedVariance } from "./autocovariance.ts";
import { essOfCentred, essOfLevel } from "./ess.ts";
import { centredOf, type Flat, halvesOf } from "./flat.ts";
import { mcseQuantileOf, mcseSdOf } from "./mcse.ts";
import { orderOf } from "./order.ts";
import { quantileOfSorted } from "./quantile.ts";
import { normalScores, scoresOf } from "./ranks.ts";
import { potentialScaleReduction } from "./rhat.ts";
import { isConstant as isConstantSeries, squaredFrom } from "./series.ts";

type Spread = Pick<Row, "mean" | "sd" | "q5" | "q50" | "q95">;

/** Sorted values are the same throughout if the ends are; a NaN is last. */
const isConstant = (sorted: Float64Array): boolean => sorted[0] === sorted[sorted.length - 1];
const isFinite = (sorted: Float64Array): boolean => Number.isFinite(sorted[0] - sorted[0] + sorted[sorted.length - 1]);

/** A constant has its value throughout and an sd of 0, without the rounding of sums. */
const spreadOf = (all: Float64Array, sorted: Float64Array): Spread => {
  if (isConstant(sorted)) return { mean: all[0], sd: 0, q5: all[0], q50: all[0], q95: all[0] };
  const centred = centredOf({ values: all, chains: 1 });
  return {
    mean: centred.means[0],
    sd: Math.sqrt((biasedVariance(centred) * all.length) / (all.length - 1)),
    q5: quantileOfSorted(sorted, 0.05),
    q50: quantileOfSorted(sorted, 0.5),
    q95: quantileOfSorted(sorted, 0.95),
  };
};

/** The normal scores of so many draws; one table serves all quantities. */
type ScoreTable = (count: number) => Float64Array;

const scoreTables = (): ScoreTable => {
  const known = new Map<number, Float64Array>();
  return (count) => {
    const table = known.get(count) ?? normalScores(count);
    known.set(count, table);
    return table;
  };
};

/** Draws a chain that R-hat and ESS need at the least. */
const leastDraws = 4;

/** ESS of the three quantiles of a row. */
interface QuantileEss {
  readonly q5: number;
  readonly q50: number;
  readonly q95: number;
}

type Errors = Pick<Row, "mcse" | "mcseSd" | "mcseQ5" | "mcseQ50" | "mcseQ95">;

/** Monte Carlo standard errors from the ESS of the mean, of the squared distance from it, and of the quantiles. */
const errorsOf = (
  { sd }: Spread,
  sorted: Float64Array,
  squares: Float64Array,
  ess: QuantileEss & { readonly mean: number; readonly squares: number },
): Errors => ({
  mcse: sd / Math.sqrt(ess.mean),
  mcseSd: mcseSdOf(squares, ess.squares),
  mcseQ5: mcseQuantileOf(sorted, ess.q5, 0.05),
  mcseQ50: mcseQuantileOf(sorted, ess.q50, 0.5),
  mcseQ95: mcseQuantileOf(sorted, ess.q95, 0.95),
});

/** ESS of the squared distance from the mean; all of them where the distance is always the same, as for draws of two values. */
const essOfSquares = (squares: Flat): number => {
  const halves = halvesOf(squares);
  return isConstantSeries([halves.values]) ? halves.values.length : essOfCentred(centredOf(halves));
};

/** One scalar that was drawn as Markov chains; mcse, R-hat and ESS are left out where all draws are the same. */
const summariseChains = (name: string, all: Float64Array, chains: number, table: ScoreTable): Row => {
  const ordered = orderOf(all);
  const sorted = ordered.ascending;
  const spread = { name, ...spreadOf(all, sorted) };
  if (all.length < leastDraws * chains || isConstant(sorted) || !isFinite(sorted)) return spread;
  const halves = halvesOf({ values: all, chains });
  const kept = halves.values;
  const scores = scoresOf(kept === all ? ordered : orderOf(kept), halves.chains, table(kept.length));
  const bulk = centredOf(scores.bulk);
  const squares = squaredFrom(spread.mean, all);
  const ess = {
    mean: essOfCentred(centredOf(halves)),
    squares: essOfSquares({ values: squares, chains }),
    q5: essOfLevel(halves, spread.q5),
    q50: essOfLevel(halves, spread.q50),
    q95: essOfLevel(halves, spread.q95),
  };
  return {
    ...spread,
    ...errorsOf(spread, sorted, squares, ess),
    rhat: Math.max(potentialScaleReduction(bulk), potentialScaleReduction(centredOf(scores.fold))),
    essBulk: essOfCentred(bulk),
    essTail: Math.min(ess.q5, ess.q95),
  };
};

/** One scalar that was drawn independently; the errors are left out where all draws are the same or one is not finite. */
const summariseIndependent = (name: string, values: Float64Array): Row => {
  const sorted = orderOf(values).ascending;
  const spread = { name, ...spreadOf(values, sorted) };
  if (isConstant(sorted)) return spread;
  const n = values.length;
  if (!isFinite(sorted)) return { ...spread, mcse: spread.sd / Math.sqrt(n) };
  const ess = { mean: n, squares: n, q5: n, q50: n, q95: n };
  return { ...spread, ...errorsOf(spread, sorted, squaredFrom(spread.mean, values), ess) };
};

/** One row per scalar, in order: "mu", "theta[1]", …. With `chains` false the draws count as independent. */
export const summariseDraws = (draws: Readonly<Record<string, Draws>>, chains: boolean): Row[] => {
  const table = scoreTables();
  return Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).map((scalar, flat) => {
      const all = pooledDraws(quantity, flat);
      return chains ? summariseChains(scalar, all, quantity.shape[0], table) : summariseIndependent(scalar, all);
    }),
  );
};
