import { fail, suggest } from "../core/check.ts";
import { chainsOf, scalarNames } from "../posterior/draws.ts";
import type { Posterior } from "../posterior/posterior.ts";

/** A posterior of whatever model, as plots read it. */
export type AnyPosterior = Pick<Posterior<Record<string, unknown>>, "draws">;

/** Posteriors side by side, by the name of the method. */
export type Methods = Readonly<Record<string, AnyPosterior>>;

/** The names of all scalars of a posterior, in order: "mu", "theta[1]", … */
export const namesOf = ({ draws }: AnyPosterior): string[] =>
  Object.entries(draws).flatMap(([name, quantity]) => scalarNames(name, quantity));

/**
 * The draws of one scalar, one series per chain.
 * @throws FluvialError where there is no such name.
 */
export const seriesOf = (posterior: AnyPosterior, scalar: string): Float64Array[] => {
  for (const [name, quantity] of Object.entries(posterior.draws)) {
    const flat = scalarNames(name, quantity).indexOf(scalar);
    if (flat >= 0) return chainsOf(quantity, flat);
  }
  const names = namesOf(posterior);
  const near = suggest(scalar, names);
  return fail(`plot: there is no "${scalar}" among the draws${near || `; there are ${names.slice(0, 8).join(", ")}`}`);
};

/** The draws of one scalar, all chains in a row. */
export const pooled = (posterior: AnyPosterior, scalar: string): Float64Array => {
  const chains = seriesOf(posterior, scalar);
  const all = new Float64Array(chains.reduce((n, chain) => n + chain.length, 0));
  let at = 0;
  for (const chain of chains) {
    all.set(chain, at);
    at += chain.length;
  }
  return all;
};
