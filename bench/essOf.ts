import type { Conditioned, Engine } from "fluvial";
import { summariseDraws } from "../src/diagnostics/summary.ts";
import { constrainDraws } from "../src/infer/draws.ts";
import type { ChainsResult } from "../src/mcmc/chains.ts";
import type { Values } from "../src/model/site.ts";
import type { Row } from "../src/posterior/posterior.ts";

/** The smallest bulk ESS of a summary. */
export const smallest = (rows: readonly Row[]): number =>
  Math.min(...rows.map(({ essBulk }) => essBulk ?? Number.POSITIVE_INFINITY));

/** The smallest bulk ESS over the model's own quantities, as peers report it; not part of any time. */
export const leastEss = (
  engine: Engine,
  conditioned: Conditioned<unknown>,
  values: Values,
  { draws }: ChainsResult,
): number => {
  const z = Float64Array.from(draws.flatMap((chain) => [...chain]));
  return smallest(summariseDraws(constrainDraws(engine, conditioned, values, z, draws.length) as never, true));
};
