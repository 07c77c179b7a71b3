import { checkCount, checkOptions, fail, suggest } from "../core/check.ts";
import { hostUniforms } from "../core/key.ts";
import { sizeOf } from "../core/shape.ts";
import { essMean } from "../diagnostics/ess.ts";
import { pitOf, pitP } from "../diagnostics/pit.ts";
import { quantileOfSorted } from "../diagnostics/quantile.ts";
import { mean, splitEvenly, variance } from "../diagnostics/series.ts";
import type { Engine } from "../engine/engine.ts";
import { bindData, type Coords, type DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { type Draws, type DrawsOf, pooledDraws } from "../posterior/draws.ts";
import type { PredictiveCheck, PredictiveRow, SiteCheck } from "../posterior/predictive.ts";
import { listed, showNumber, textTable } from "../posterior/text.ts";
import { weightsRefused } from "./fitting/reweigh.ts";
import { conditionAgain, type Inferred } from "./inferred.ts";
import { posteriorPredictive, priorPredictive } from "./predict.ts";
import { type ReplicatedSite, replicatedSite } from "./predicting/replicatedSite.ts";
import { type Statistic, statisticAt, statisticsFor } from "./predicting/statistics.ts";
import { resampled } from "./resample.ts";
import { verbKey } from "./verbKey.ts";

export interface PredictiveCheckOptions {
  /** Statistics of the data by name, besides mean, sd, min, max and the quantiles 5, 50 and 95 %. */
  readonly statistics?: Readonly<Record<string, Statistic>>;
  /** The observed sites to look at, or one; all unless said. */
  readonly site?: string | readonly string[];
  /** Data sets to replicate; 1,000 unless said, or as many as the posterior has draws. */
  readonly draws?: number;
  readonly seed?: number;
  readonly coords?: Coords;
  readonly engine?: Engine;
}

const optionNames = ["statistics", "site", "draws", "seed", "coords", "engine"];

/** Replicated data, one row of draws, and how many of them are worth an independent one. */
interface Replications {
  readonly draws: Readonly<Record<string, Draws>>;
  /** The effective number of replications, from the values of an indicator. */
  readonly ess: (indicator: Float64Array) => number;
  readonly warnings: readonly string[];
}

const independent = (indicator: Float64Array): number => indicator.length;

/** Chains stay one behind the other when draws are thinned, as long as they divide evenly. */
const ofChains =
  (chains: number) =>
  (indicator: Float64Array): number => {
    const ess = essMean(splitEvenly(indicator, indicator.length % chains === 0 ? chains : 1));
    return Number.isFinite(ess) ? ess : indicator.length;
  };

const fromPosterior = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  { draws, seed = 0, coords, engine }: PredictiveCheckOptions,
): Replications => {
  conditionAgain("predictiveCheck", model, data, posterior, coords);
  const [chains, each] = posterior.unconstrained.shape;
  const count = draws ?? Math.min(1_000, chains * each);
  const replicate = (from: Pick<Inferred<L>, "draws" | "model">): Readonly<Record<string, Draws>> =>
    posteriorPredictive(model, data, from, { draws: count, seed, coords, engine }) as unknown as Record<string, Draws>;
  if (posterior.kind !== "fit") return { draws: replicate(posterior), ess: ofChains(chains), warnings: [] };
  const reason = weightsRefused(posterior.khat, each);
  if (reason !== undefined) {
    const warning = `These are the draws of the guide itself, not weighted: ${reason}.`;
    return { draws: replicate(posterior), ess: independent, warnings: [warning] };
  }
  const weighted = resampled(posterior, count, seed) as DrawsOf<L>;
  return {
    draws: replicate({ draws: weighted, model: posterior.model }),
    ess: ({ length }) => Math.min(length, posterior.correction.ess),
    warnings: [],
  };
};

const fromPrior = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  { draws = 1_000, seed = 0, coords, engine }: PredictiveCheckOptions,
): Replications => ({
  draws: priorPredictive(model, data, { draws, seed, coords, engine }) as unknown as Record<string, Draws>,
  ess: independent,
  warnings: [],
});

const replicationAt = ({ replicated }: Pick<SiteCheck, "replicated">, i: number): Float64Array => {
  const width = sizeOf(replicated.shape.slice(2));
  return replicated.values.subarray(i * width, (i + 1) * width);
};

/** 1 above, ½ at, 0 below. */
const exceeds = (values: Float64Array, observed: number): Float64Array =>
  values.map((value) => (value > observed ? 1 : value === observed ? 0.5 : 0));

/** The error of a share, never 0: that of a share with one more half on either side. */
const errorOfShare = (p: number, count: number, ess: number): number => {
  const inside = (p * count + 0.5) / (count + 1);
  return Math.sqrt((inside * (1 - inside)) / ess);
};

const rowOf = (
  site: string,
  statistic: string,
  observed: number,
  values: Float64Array,
  ess: Replications["ess"],
): PredictiveRow => {
  const sorted = values.toSorted();
  const above = exceeds(values, observed);
  const p = mean(above);
  const [q5, q50, q95] = [0.05, 0.5, 0.95].map((level) => quantileOfSorted(sorted, level));
  return {
    name: `${statistic}(${site})`,
    site,
    statistic,
    observed,
    mean: mean(values),
    sd: Math.sqrt(variance(values)),
    q5,
    q50,
    q95,
    p,
    pMcse: errorOfShare(p, values.length, ess(above)),
  };
};

const checkSite = (
  name: string,
  site: ReplicatedSite,
  statistics: Readonly<Record<string, Statistic>>,
  uniform: () => number,
  ess: Replications["ess"],
): { readonly site: SiteCheck; readonly rows: readonly PredictiveRow[] } => {
  const { observed, shape, replicated } = site;
  const count = replicated.shape[1];
  const used = statisticsFor(statistics, observed.length);
  const replicas = Object.fromEntries(
    Object.entries(used).map(([label, statistic]) => [
      label,
      new Float64Array(count).map((_, i) => statisticAt(label, statistic, replicationAt(site, i), shape)),
    ]),
  );
  const rows = Object.entries(used).map(([label, statistic]) =>
    rowOf(name, label, statisticAt(label, statistic, observed, shape), replicas[label], ess),
  );
  const pit = observed.map((value, i) => pitOf(value, pooledDraws(replicated, i), uniform()));
  return { site: { ...site, statistics: replicas, pit, pitP: pitP(pit) }, rows };
};

/** Statistics with so small a share of replications on one side are named. */
const surprising = 0.01;

const verdictOf = (of: PredictiveCheck["of"], rows: readonly PredictiveRow[]): string => {
  const odd = rows.filter(({ p }) => !(p > surprising && p < 1 - surprising)).map(({ name }) => name);
  const verb = odd.length === 1 ? "is" : "are";
  if (of === "prior")
    return odd.length === 0
      ? "The prior allows data like these."
      : `The prior hardly allows data like these: ${listed(odd)} ${verb} far out in what it predicts.`;
  return odd.length === 0
    ? "The model reproduces what was looked at."
    : `The model does not reproduce ${listed(odd)}, which ${verb} far out in what it predicts.`;
};

const tableOf = (rows: readonly PredictiveRow[]): string =>
  textTable(
    ["", "observed", "mean", "sd", "5 %", "50 %", "95 %", "p", "±"],
    rows.map((row) => [
      row.name,
      ...[row.observed, row.mean, row.sd, row.q5, row.q50, row.q95].map(showNumber),
      row.p.toFixed(3),
      row.pMcse.toFixed(3),
    ]),
  );

const chosen = (known: readonly string[], site: PredictiveCheckOptions["site"]): readonly string[] => {
  const wanted = site === undefined ? known : typeof site === "string" ? [site] : site;
  const odd = wanted.find((name) => !known.includes(name));
  if (odd !== undefined)
    fail(`predictiveCheck: there is no observed "${odd}"${suggest(odd, known)}; observed are ${known.join(", ")}`);
  if (known.length === 0) fail("predictiveCheck: the model has no observed site to compare with");
  return wanted;
};

/**
 * Replicates the data of a model and sets statistics of the observed ones beside their distribution. Gelman, Meng & Stern 1996; of the
 * prior, Box 1980. The draws of a fit are taken again by their importance weights where those can be used; a warning says where not.
 * @param from a posterior, or "prior".
 * @throws FluvialError where the data are not those of the posterior, or the model cannot be simulated.
 */
export const predictiveCheck = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  from: Inferred<L & G> | "prior",
  options: PredictiveCheckOptions = {},
): PredictiveCheck => {
  checkOptions("predictiveCheck", options, optionNames);
  if (options.draws !== undefined) checkCount("predictiveCheck: draws", options.draws, 2);
  const plain = model as unknown as Model;
  const bound = bindData(plain, data as DataFor<Record<string, never>>, options.coords);
  const made = from === "prior" ? fromPrior(model, data, options) : fromPosterior(model, data, from, options);
  const names = chosen(
    Object.keys(made.draws).filter((name) => bound.data[name]),
    options.site,
  );
  const uniform = hostUniforms(verbKey("pit", options.seed ?? 0));
  const checked = names.map((name) =>
    checkSite(
      name,
      replicatedSite("predictiveCheck", plain, bound, name, made.draws[name]),
      options.statistics ?? {},
      uniform,
      made.ess,
    ),
  );
  const rows = checked.flatMap((each) => each.rows);
  const of = from === "prior" ? "prior" : "posterior";
  const verdict = verdictOf(of, rows);
  const { warnings } = made;
  return {
    of,
    model: plain.name,
    replications: checked[0].site.replicated.shape[1],
    rows,
    sites: Object.fromEntries(names.map((name, i) => [name, checked[i].site])),
    warnings,
    verdict,
    summary: () => [tableOf(rows), ...warnings, verdict].join("\n"),
  };
};
