import { countUpTo, orderOf } from "../../diagnostics/order.ts";
import { quantile } from "../../diagnostics/quantile.ts";
import { mean } from "../../diagnostics/series.ts";
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

/** A positive quantity, the scalar of it that is smallest where chains diverge, its draws, and how clearly it is so. */
interface Narrow {
  readonly name: string;
  readonly scalar: string;
  readonly values: Float64Array;
  readonly score: number;
}

const narrowest = (name: string, draws: Draws, rows: readonly number[]): Narrow[] =>
  scalarNames(name, draws).flatMap((scalar, flat) => {
    const values = pooledDraws(draws, flat);
    return values.every((x) => x > 0) ? [{ name, scalar, values, score: rankScore(values, rows) }] : [];
  });

/** How far apart the elements of a quantity are, draw by draw; of one or two elements, how far they are from their medians. */
const spreads = (draws: Draws): Float64Array => {
  const elements = scalarNames("", draws).map((_, flat) => pooledDraws(draws, flat));
  const medians = elements.map((values) => quantile(values, 0.5));
  return elements[0].map((_, row) => {
    const at = elements.map((values) => values[row]);
    const centre = mean(Float64Array.from(at));
    return elements.length > 2
      ? at.reduce((sum, x) => sum + (x - centre) ** 2, 0)
      : at.reduce((sum, x, i) => sum + Math.abs(x - medians[i]), 0);
  });
};

const ranks = (values: Float64Array): Float64Array => {
  const { order } = orderOf(values);
  const out = new Float64Array(values.length);
  order.forEach((row, rank) => {
    out[row] = rank;
  });
  return out;
};

/** Spearman's correlation. */
const rankCorrelation = (x: Float64Array, y: Float64Array): number => {
  const [a, b] = [ranks(x), ranks(y)];
  const middle = (x.length - 1) / 2;
  const total = (x.length * (x.length ** 2 - 1)) / 12;
  return a.reduce((sum, rank, i) => sum + (rank - middle) * (b[i] - middle), 0) / total;
};

/** A latent that is a scale of another one foretells how far that spreads: by this rank correlation or more. A location does not. */
const leastScaling = 0.3;

/** The latent whose prior looks at a quantity and which is narrow where that is small; undefined where there is none. */
const scaledBy = (
  { name, values }: Narrow,
  draws: Readonly<Record<string, Draws>>,
  centred: readonly Centred[],
): Centred | undefined =>
  centred.find(
    (each) =>
      each.from.includes(name) &&
      draws[each.name] !== undefined &&
      rankCorrelation(values, spreads(draws[each.name])) > leastScaling,
  );

const adviceFor = (scaled: Centred | undefined): string =>
  scaled
    ? `: give ${scaled.name} the prior noncentred(${scaled.distribution}(…))`
    : ": take smaller steps, as by sampler: nuts({ targetAcceptance: 0.95 }), or, if it is the scale of latents, write those as standard ones multiplied by it";

/**
 * Where divergences gather at small values of a positive quantity, as in a funnel: what to do instead. A quantity that is seen to scale a
 * latent comes before all others. Undefined where divergences gather nowhere, or are too few to tell. Betancourt & Girolami 2015, section 3.
 */
export const narrowHint = (
  draws: Readonly<Record<string, Draws>>,
  divergent: readonly DrawPlace[],
  centred: readonly Centred[],
): string | undefined => {
  if (divergent.length < least.divergences) return undefined;
  const rows = ({ shape }: Draws): number[] => divergent.map(({ chain, draw }) => chain * shape[1] + draw);
  const found = Object.entries(draws)
    .flatMap(([name, each]) => narrowest(name, each, rows(each)))
    .filter(({ score }) => score < -least.score)
    .sort((a, b) => a.score - b.score);
  const scaling = found.flatMap((each) => {
    const scaled = scaledBy(each, draws, centred);
    return scaled ? [{ each, scaled }] : [];
  });
  const [worst, scaled] = scaling.length > 0 ? [scaling[0].each, scaling[0].scaled] : [found[0], undefined];
  return worst && `they gather where ${worst.scalar} is small${adviceFor(scaled)}`;
};
