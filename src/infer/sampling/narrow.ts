import { countUpTo, orderOf } from "../../diagnostics/order.ts";
import type { Centred } from "../../model/centred.ts";
import { type Draws, pooledDraws, scalarNames } from "../../posterior/draws.ts";
import type { DrawPlace } from "../../posterior/posterior.ts";

/** Fewer divergences say nothing of where they gather; a score beyond this is no chance. */
const least = { divergences: 10, score: 3 };

/** The standard score of the mean rank of some values among all: negative where they are small. */
const rankScore = (values: Float64Array, rows: readonly number[]): number => {
  const { ascending } = orderOf(values);
  const rank = (value: number): number => countUpTo(ascending, value) / values.length;
  const mean = rows.reduce((sum, row) => sum + rank(values[row]), 0) / rows.length;
  return (mean - 0.5) * Math.sqrt(12 * rows.length);
};

/** A positive quantity, the scalar of it that is smallest where chains diverge, and how clearly. */
interface Narrow {
  readonly name: string;
  readonly scalar: string;
  readonly score: number;
}

const narrowest = (name: string, draws: Draws, rows: readonly number[]): Narrow[] =>
  scalarNames(name, draws).flatMap((scalar, flat) => {
    const values = pooledDraws(draws, flat);
    return values.every((x) => x > 0) ? [{ name, scalar, score: rankScore(values, rows) }] : [];
  });

const advice = ({ name }: Narrow, centred: readonly Centred[]): string => {
  const scaled = centred.find(({ from }) => from.includes(name));
  return scaled
    ? `: give ${scaled.name} the prior noncentred(${scaled.distribution}(…))`
    : ": write what it scales as a standard one, multiplied by it";
};

/**
 * Where divergences gather at small values of a positive quantity, as in a funnel: what to write instead. Undefined where they do not,
 * or are too few to tell. Betancourt & Girolami 2015, section 3.
 */
export const narrowHint = (
  draws: Readonly<Record<string, Draws>>,
  divergent: readonly DrawPlace[],
  centred: readonly Centred[],
): string | undefined => {
  if (divergent.length < least.divergences) return undefined;
  const rows = ({ shape }: Draws): number[] => divergent.map(({ chain, draw }) => chain * shape[1] + draw);
  const found = Object.entries(draws).flatMap(([name, each]) => narrowest(name, each, rows(each)));
  const known = found.filter(
    ({ score, name }) => score < -least.score && centred.some(({ from }) => from.includes(name)),
  );
  const candidates = known.length > 0 ? known : found.filter(({ score }) => score < -least.score);
  if (candidates.length === 0) return undefined;
  const worst = candidates.reduce((a, b) => (b.score < a.score ? b : a));
  return `they gather where ${worst.scalar} is small${advice(worst, centred)}`;
};
