import { essBulk, essMean, essTail, squaredDistances } from "../../diagnostics/ess.ts";
import { rhat } from "../../diagnostics/rhat.ts";
import {
  isConstant,
  isFiniteSeries,
  mean,
  pooled,
  type Series,
  squaredFrom,
  variance,
} from "../../diagnostics/series.ts";
import { chainsOf, type Draws, type DrawsOf, scalarNames } from "../../posterior/draws.ts";
import type { Basin } from "./regions.ts";

/** One scalar as the chains know it: over all regions, each with its share of the mass. */
export interface Reference {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  /** Monte Carlo standard errors, those of the shares included. */
  readonly meanError: number;
  readonly sdError: number;
  /** The largest R-hat and the least ESS within a region. */
  readonly rhat: number;
  readonly ess: number;
  /** Per region. */
  readonly means: readonly number[];
}

/** Moments of one scalar in one region, with the squared errors of mean and variance. */
interface Local {
  readonly mean: number;
  readonly variance: number;
  readonly meanError2: number;
  readonly varianceError2: number;
}

const localOf = (chains: Series): Local => {
  const all = pooled(chains);
  if (isConstant(chains)) return { mean: all[0], variance: 0, meanError2: 0, varianceError2: 0 };
  const centre = mean(all);
  const squares = squaredFrom(centre, all);
  const spread = variance(all);
  return {
    mean: centre,
    variance: spread,
    meanError2: spread / essMean(chains),
    varianceError2: variance(squares) / essMean(squaredDistances(chains)),
  };
};

const sum = (basins: readonly Basin[], term: (basin: Basin, i: number) => number): number =>
  basins.reduce((total, basin, i) => total + term(basin, i), 0);

/** Mean and sd of a mixture of regions; errors by the delta method, those of the regions' masses being independent. */
const mixed = (
  basins: readonly Basin[],
  locals: readonly Local[],
): Pick<Reference, "mean" | "sd" | "meanError" | "sdError"> => {
  const centre = sum(basins, ({ share }, i) => share * locals[i].mean);
  const about = locals.map((local) => local.variance + (local.mean - centre) ** 2);
  const spread = sum(basins, ({ share }, i) => share * about[i]);
  const meanError2 = sum(
    basins,
    ({ share, error }, i) => share ** 2 * (locals[i].meanError2 + (locals[i].mean - centre) ** 2 * error),
  );
  const spreadError2 = sum(
    basins,
    ({ share, error }, i) =>
      share ** 2 *
      (locals[i].varianceError2 +
        4 * (locals[i].mean - centre) ** 2 * locals[i].meanError2 +
        (about[i] - spread) ** 2 * error),
  );
  const sd = Math.sqrt(spread);
  return { mean: centre, sd, meanError: Math.sqrt(meanError2), sdError: Math.sqrt(spreadError2) / (2 * sd) };
};

/** The worst R-hat and ESS over regions, where chains are not constant. */
const health = (groups: readonly Series[]): Pick<Reference, "rhat" | "ess"> => {
  const moving = groups.filter((chains) => !isConstant(chains));
  return {
    rhat: moving.reduce((worst, chains) => Math.max(worst, rhat(chains)), 1),
    ess: moving.reduce((least, chains) => Math.min(least, essBulk(chains), essTail(chains)), Number.POSITIVE_INFINITY),
  };
};

/**
 * What the chains say of every scalar that varies. Those of which a draw is not finite have NaN for figures.
 * @param draws of all chains, [chains, draws, ...event]. @param basins with the numbers of their chains.
 */
export const referenceOf = (draws: DrawsOf<Record<string, unknown>>, basins: readonly Basin[]): readonly Reference[] =>
  Object.entries<Draws>(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).flatMap((scalar, flat): Reference[] => {
      const all = chainsOf(quantity, flat);
      const groups = basins.map(({ chains }) => chains.map((chain) => all[chain]));
      if (groups.every(isConstant) && new Set(groups.map(([chain]) => chain[0])).size === 1) return [];
      const finite = groups.every(isFiniteSeries);
      const locals = groups.map(localOf);
      const judged = finite ? health(groups) : { rhat: Number.NaN, ess: 0 };
      return [{ name: scalar, ...mixed(basins, locals), ...judged, means: locals.map((local) => local.mean) }];
    }),
  );
