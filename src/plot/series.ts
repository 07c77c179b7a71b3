import { fail, suggest } from "../core/check.ts";
import { chainsOf, type Draws, scalarNames } from "../posterior/draws.ts";
import type { Posterior } from "../posterior/posterior.ts";

/** A posterior of whatever model, as plots read it. */
export type AnyPosterior = Pick<Posterior<Record<string, unknown>>, "draws">;

/** Posteriors side by side, by the name of the method. */
export type Methods = Readonly<Record<string, AnyPosterior>>;

const isObject = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === "object" && x !== null;

const isDraws = (x: unknown): x is Draws =>
  isObject(x) && Array.isArray(x.shape) && x.values instanceof Float64Array && Array.isArray(x.coords);

const isPosterior = (x: unknown): x is AnyPosterior =>
  isObject(x) && isObject(x.draws) && Object.values(x.draws).every(isDraws);

/** A lone posterior goes by the name of its method. */
const named = (posterior: AnyPosterior & { readonly method?: string }): Methods => ({
  [posterior.method ?? "posterior"]: posterior,
});

const checkReference = (who: string, reference: string | undefined, names: readonly string[]): void => {
  if (reference !== undefined && !names.includes(reference))
    fail(`${who}: there is no method "${reference}"${suggest(reference, names)}; methods are ${names.join(", ")}`);
};

/**
 * Posteriors by name, from those or from a lone one.
 * @throws FluvialError where something is no posterior, there is none, or the reference is not among them.
 */
export const methodsOf = (who: string, given: Methods | AnyPosterior, reference?: string): Methods => {
  const methods = isPosterior(given) && !isPosterior(given.draws) ? named(given) : (given as Methods);
  const expected = "expected a posterior, or posteriors by name as in { nuts: posterior }";
  const names = isObject(methods) ? Object.keys(methods) : [];
  if (names.length === 0) return fail(`${who}: ${expected}, got ${isObject(methods) ? "{}" : String(methods)}`);
  const odd = names.find((name) => !isPosterior(methods[name]));
  if (odd !== undefined) fail(`${who}: ${expected}; "${odd}" is no posterior`);
  checkReference(who, reference, names);
  return methods;
};

/** The names of all scalars of a posterior, in order: "mu", "theta[1]", … */
export const namesOf = ({ draws }: AnyPosterior): string[] =>
  Object.entries(draws).flatMap(([name, quantity]) => scalarNames(name, quantity));

const fewOf = (names: readonly string[], most: number): string =>
  names.length > most ? `${names.slice(0, most).join(", ")}, …` : names.join(", ");

const noSuchScalar = (posterior: AnyPosterior, scalar: string): never => {
  if (Object.hasOwn(posterior.draws, scalar))
    return fail(`plot: "${scalar}" has ${fewOf(scalarNames(scalar, posterior.draws[scalar]), 3)}; name one of them`);
  const names = namesOf(posterior);
  const near = suggest(scalar, names);
  return fail(`plot: there is no "${scalar}" among the draws${near || `; there are ${fewOf(names, 8)}`}`);
};

/**
 * The draws of one scalar, one series per chain.
 * @throws FluvialError where there is no such name, or it is that of several scalars.
 */
export const seriesOf = (posterior: AnyPosterior, scalar: string): Float64Array[] => {
  if (!isPosterior(posterior)) return fail("plot: expected one posterior, got something else");
  for (const [name, quantity] of Object.entries(posterior.draws)) {
    const flat = scalarNames(name, quantity).indexOf(scalar);
    if (flat >= 0) return chainsOf(quantity, flat);
  }
  return noSuchScalar(posterior, scalar);
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
