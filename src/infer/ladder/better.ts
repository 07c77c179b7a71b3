import { passes, type Tried } from "./known.ts";

/** Nats by which a bound must be higher to count for more than k-hat does: a guide that misses most of the mass may have a small one. */
const clearlyHigher = 1;

/** The higher bound, where it is clearly so. */
const higher = (a: Tried, b: Tried): Tried | undefined => {
  const apart = a.fit.elbo - b.fit.elbo;
  const least = clearlyHigher + 4 * Math.hypot(a.fit.elboSe, b.fit.elboSe);
  if (!(Math.abs(apart) > least)) return undefined;
  return apart > 0 ? a : b;
};

/** A share of the mass that a fit must miss less for that to count before all figures of its own. */
const clearlyLess = 0.1;

const missedBy = ({ judged }: Tried): number | undefined => judged?.coverage?.missed;

/** The one that misses clearly less of what chains found. */
const fuller = (a: Tried, b: Tried): Tried | undefined => {
  const [one, other] = [missedBy(a), missedBy(b)];
  if (one === undefined || other === undefined || Math.abs(one - other) < clearlyLess) return undefined;
  return one < other ? a : b;
};

/**
 * The fit that is given where none is accepted: the one that the chains agree with, that misses clearly less of
 * the mass that they found, of clearly higher bound, that k-hat lets pass, that misses
 * least, of the smaller k-hat; the first of these that tells the two apart.
 */
export const better = (a: Tried, b: Tried): Tried => {
  if (a.judged && b.judged && a.judged.agrees !== b.judged.agrees) return a.judged.agrees ? a : b;
  const clear = fuller(a, b) ?? higher(a, b);
  if (clear) return clear;
  if (passes(a) !== passes(b)) return passes(a) ? a : b;
  const missed = ({ judged }: Tried): number => judged?.coverage?.missed ?? 1;
  if (passes(a) && missed(a) !== missed(b)) return missed(a) < missed(b) ? a : b;
  return b.fit.khat < a.fit.khat ? b : a;
};
