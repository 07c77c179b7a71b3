import { chainsOf, type Draws, scalarNames } from "../posterior/draws.ts";
import type { Row } from "../posterior/posterior.ts";
import { essBulk, essTail } from "./ess.ts";
import { mcseMean } from "./mcse.ts";
import { quantileOfSorted } from "./quantile.ts";
import { rhat } from "./rhat.ts";
import { isInformative, mean, pooled, type Series, variance } from "./series.ts";

type Spread = Pick<Row, "mean" | "sd" | "q5" | "q50" | "q95">;

const spreadOf = (all: Float64Array): Spread => {
  const sorted = all.toSorted();
  return {
    mean: mean(all),
    sd: all.length > 1 ? Math.sqrt(variance(all)) : 0,
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

/** One scalar that was drawn independently. */
export const summariseIndependent = (name: string, values: Float64Array): Row => {
  const spread = spreadOf(values);
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
