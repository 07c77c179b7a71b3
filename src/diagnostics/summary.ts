import { chainsOf, type Draws, scalarNames } from "../posterior/draws.ts";
import type { Row } from "../posterior/posterior.ts";
import { essBulk, essTail } from "./ess.ts";
import { mcseMean } from "./mcse.ts";
import { quantileOfSorted } from "./quantile.ts";
import { rhat } from "./rhat.ts";
import { isConstant, isInformative, mean, pooled, type Series, variance } from "./series.ts";

type Spread = Pick<Row, "mean" | "sd" | "q5" | "q50" | "q95">;

/** A constant has its value throughout and an sd of 0, without the rounding of sums. */
const spreadOf = (all: Float64Array): Spread => {
  if (isConstant([all])) return { mean: all[0], sd: 0, q5: all[0], q50: all[0], q95: all[0] };
  const sorted = all.toSorted();
  return {
    mean: mean(all),
    sd: Math.sqrt(variance(all)),
    q5: quantileOfSorted(sorted, 0.05),
    q50: quantileOfSorted(sorted, 0.5),
    q95: quantileOfSorted(sorted, 0.95),
  };
};

/** One scalar that was drawn as Markov chains; mcse, R-hat and ESS are left out where all draws are the same. */
export const summariseChains = (name: string, series: Series): Row => {
  const spread = { name, ...spreadOf(pooled(series)) };
  if (!isInformative(series)) return spread;
  return {
    ...spread,
    mcse: mcseMean(series),
    rhat: rhat(series),
    essBulk: essBulk(series),
    essTail: essTail(series),
  };
};

/** One scalar that was drawn independently; mcse is left out where all draws are the same. */
export const summariseIndependent = (name: string, values: Float64Array): Row => {
  const spread = spreadOf(values);
  if (isConstant([values])) return { name, ...spread };
  return { name, ...spread, mcse: spread.sd / Math.sqrt(values.length) };
};

/** One row per scalar, in order: "mu", "theta[1]", …. With `chains` false the draws count as independent. */
export const summariseDraws = (draws: Readonly<Record<string, Draws>>, chains: boolean): Row[] =>
  Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).map((scalar, flat) => {
      const series = chainsOf(quantity, flat);
      return chains ? summariseChains(scalar, series) : summariseIndependent(scalar, pooled(series));
    }),
  );
