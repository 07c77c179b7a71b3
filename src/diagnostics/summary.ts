import { type Draws, pooledDraws, scalarNames } from "../posterior/draws.ts";
import type { Row } from "../posterior/posterior.ts";
import { biasedVariance } from "./autocovariance.ts";
import { essOfCentred, essTailOf } from "./ess.ts";
import { centredOf, halvesOf } from "./flat.ts";
import { orderOf } from "./order.ts";
import { quantileOfSorted } from "./quantile.ts";
import { normalScores, scoresOf } from "./ranks.ts";
import { potentialScaleReduction } from "./rhat.ts";

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
  return {
    ...spread,
    mcse: spread.sd / Math.sqrt(essOfCentred(centredOf(halves))),
    rhat: Math.max(potentialScaleReduction(bulk), potentialScaleReduction(centredOf(scores.fold))),
    essBulk: essOfCentred(bulk),
    essTail: essTailOf(halves, sorted),
  };
};

/** One scalar that was drawn independently; mcse is left out where all draws are the same. */
const summariseIndependent = (name: string, values: Float64Array): Row => {
  const sorted = orderOf(values).ascending;
  const spread = spreadOf(values, sorted);
  return isConstant(sorted) ? { name, ...spread } : { name, ...spread, mcse: spread.sd / Math.sqrt(values.length) };
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
