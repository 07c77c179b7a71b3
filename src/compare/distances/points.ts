import { checkCount, fail } from "../../core/check.ts";
import { essMean, essSd } from "../../diagnostics/ess.ts";
import { type Gaussian, gaussianOf, whitened } from "../../diagnostics/gaussian.ts";
import { isConstant, isFiniteSeries, mean, pooled, variance } from "../../diagnostics/series.ts";
import { chainsOf, type Draws, scalarNames } from "../../posterior/draws.ts";
import type { HostParameter } from "../../posterior/posterior.ts";

/** Points of ℝᵈ, row by row. */
export interface Points {
  readonly count: number;
  readonly size: number;
  readonly values: Float64Array;
}

/** Draws by name, or a fit or chains that hold them. */
export type DrawSet =
  | Readonly<Record<string, Draws>>
  | { readonly draws: unknown; readonly unconstrained: HostParameter; readonly kind: string; readonly model: string };

/** What a set of draws holds: its quantities, and where they are known the unconstrained points. */
export interface Known {
  readonly draws: Readonly<Record<string, Draws>>;
  readonly unconstrained?: HostParameter;
  readonly model?: string;
  /** Draws that are known to be independent: those of a guide. */
  readonly independent: boolean;
}

const isPosterior = (x: object): x is { draws: unknown; unconstrained: HostParameter; kind: string; model: string } =>
  "unconstrained" in x &&
  ArrayBuffer.isView((x as { unconstrained: { values?: unknown } }).unconstrained.values) &&
  "draws" in x;

/** @throws FluvialError for what holds no draws. */
export const knownOf = (who: string, x: DrawSet): Known => {
  if (typeof x !== "object" || x === null) fail(`${who}: expected chains, a fit or draws by name, got ${String(x)}`);
  if (isPosterior(x)) {
    const { unconstrained, model, kind } = x;
    return { draws: x.draws as Readonly<Record<string, Draws>>, unconstrained, model, independent: kind === "fit" };
  }
  const draws = x as Readonly<Record<string, Draws>>;
  const odd = Object.entries(draws).find(
    ([, each]) => !ArrayBuffer.isView(each?.values) || !Array.isArray(each?.shape),
  );
  if (odd || Object.keys(draws).length === 0)
    fail(
      `${who}: expected chains, a fit or draws by name, { mu: { shape, values, coords } }, got ${odd?.[0] ?? "none"}`,
    );
  return { draws, independent: false };
};

/** One series per chain, scalar by scalar. */
type Columns = readonly { readonly name: string; readonly chains: readonly Float64Array[] }[];

const columnsOf = (draws: Readonly<Record<string, Draws>>): Columns =>
  Object.entries(draws).flatMap(([quantity, each]) =>
    scalarNames(quantity, each).map((name, flat) => ({ name, chains: chainsOf(each, flat) })),
  );

/**
 * How many draws are about independent, by the smallest ESS of any mean or sd: all where it tells no autocorrelation from noise, every
 * other one where it is slight, else half the ESS, so that what is left between neighbours is below 0.02.
 */
const independentOf = (columns: Columns): number => {
  const rows = columns[0].chains.reduce((sum, { length }) => sum + length, 0);
  const ess = columns.flatMap(({ chains }) => [essMean(chains), essSd(chains)]).filter(Number.isFinite);
  const least = Math.min(rows, ...ess);
  if (least >= 0.7 * rows) return rows;
  return Math.max(1, Math.floor((least >= 0.45 * rows ? rows : least) / 2));
};

/** `count` rows, evenly spread over all chains, as points. */
const spread = (columns: Columns, count: number): Points => {
  const all = columns.map(({ chains }) => pooled(chains));
  const rows = all[0].length;
  const size = all.length;
  const values = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(((i + 0.5) * rows) / count);
    for (let j = 0; j < size; j++) values[i * size + j] = all[j][row];
  }
  return { count, size, values };
};

/** Two sets of about independent points on one scale, that of the reference. */
export interface Paired {
  readonly mine: Points;
  readonly reference: Points;
  /** "unconstrained" or "constrained". */
  readonly scale: "unconstrained" | "constrained";
  /** The map from unconstrained points to these, where they are. */
  readonly whitening?: Gaussian;
  /** The scalars that are compared, on the constrained scale. */
  readonly names: readonly string[];
}

const least = 20;

const taken = (who: string, columns: Columns, independent: boolean, most: number): Points => {
  const rows = columns[0].chains.reduce((sum, { length }) => sum + length, 0);
  const count = Math.min(most, independent ? rows : independentOf(columns));
  if (count < least)
    fail(`${who}: about ${count} independent draws of ${rows} are too few; draw more, until there are ${least}`);
  return spread(columns, count);
};

const unconstrainedColumns = ({ shape, values }: HostParameter): Columns => {
  const [chains, draws, size] = shape;
  return Array.from({ length: size }, (_, j) => ({
    name: String(j),
    chains: Array.from({ length: chains }, (__, c) =>
      Float64Array.from({ length: draws }, (___, i) => values[(c * draws + i) * size + j]),
    ),
  }));
};

/** A normal of independent coordinates, where the covariance matrix is singular. */
const diagonal = (columns: Columns): Gaussian => {
  const size = columns.length;
  const factor = new Float64Array(size * size);
  const means = columns.map(({ chains }) => mean(pooled(chains)));
  columns.forEach(({ chains }, i) => {
    factor[i * size + i] = Math.sqrt(variance(pooled(chains))) || 1;
  });
  return { mean: Float64Array.from(means), factor };
};

const whitenedBy = ({ values, ...points }: Points, gaussian: Gaussian): Points => ({
  ...points,
  values: whitened(values, gaussian),
});

/** The scalars that both have and that vary in the reference. @throws FluvialError where there are none, or a draw is not finite. */
const shared = (who: string, mine: Columns, reference: Columns): readonly [Columns, Columns] => {
  const common = reference.filter(({ name, chains }) => !isConstant(chains) && mine.some((each) => each.name === name));
  if (common.length === 0)
    fail(`${who}: no scalar that varies is in both; there are ${mine.map(({ name }) => name).join(", ")}`);
  const ours = common.map(({ name }) => mine.find((each) => each.name === name) as Columns[number]);
  const broken = [...ours, ...common].find(({ chains }) => !isFiniteSeries(chains));
  if (broken) fail(`${who}: draws of ${broken.name} are not finite`);
  return [ours, common];
};

export interface PairingOptions {
  readonly scale?: "unconstrained" | "constrained";
  /** Draws of each side at the most. */
  readonly most: number;
}

/**
 * Points of both sets on a common scale: unconstrained coordinates whitened by the reference's mean and covariance where both are
 * posteriors of one model, else every scalar less the reference's mean, by its sd. Draws are thinned to about independent ones.
 * @throws FluvialError where the sets have nothing in common, draws are not finite, or too few are independent.
 */
export const paired = (who: string, mine: Known, reference: Known, options: PairingOptions): Paired => {
  const { most } = options;
  checkCount(`${who}: draws`, most, least);
  const [ours, theirs] = [mine.unconstrained, reference.unconstrained];
  const both = ours && theirs && mine.model === reference.model && ours.shape[2] === theirs.shape[2];
  const scale = options.scale ?? (both ? "unconstrained" : "constrained");
  if (scale === "unconstrained" && !(both && ours && theirs))
    fail(`${who}: scale: "unconstrained" needs two posteriors of one model; take "constrained"`);
  const [left, right] =
    scale === "unconstrained"
      ? [unconstrainedColumns(ours as HostParameter), unconstrainedColumns(theirs as HostParameter)]
      : shared(who, columnsOf(mine.draws), columnsOf(reference.draws));
  const broken = [...left, ...right].find(({ chains }) => !isFiniteSeries(chains));
  if (broken) fail(`${who}: draws of unconstrained coordinate ${broken.name} are not finite`);
  const whitening =
    (scale === "unconstrained" ? gaussianOf((theirs as HostParameter).values, right.length) : undefined) ??
    diagonal(right);
  return {
    mine: whitenedBy(taken(who, left, mine.independent, most), whitening),
    reference: whitenedBy(taken(who, right, reference.independent, most), whitening),
    scale,
    ...(scale === "unconstrained" && { whitening }),
    names: scale === "constrained" ? right.map(({ name }) => name) : [],
  };
};
