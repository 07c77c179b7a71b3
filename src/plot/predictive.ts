import { fail, suggest } from "../core/check.ts";
import type { Loo } from "../diagnostics/loo.ts";
import { largestPitRank, pitRanks } from "../diagnostics/pit.ts";
import type { LooPit, PredictiveCheck, SiteCheck } from "../posterior/predictive.ts";
import { calibrationPlot } from "./calibration.ts";
import { estimateDensity } from "./densityEstimate.ts";
import { cell, quantile, sorted, thinned } from "./numbers.ts";
import type { Mark, PlotOptions, PlotSpec } from "./spec.ts";

const siteOf = (
  who: string,
  { sites }: Pick<PredictiveCheck, "sites">,
  site: string | undefined,
): [string, SiteCheck] => {
  const names = Object.keys(sites);
  const name = site ?? names[0];
  if (!Object.hasOwn(sites, name))
    fail(`${who}: there is no site "${name}"${suggest(name, names)}; there are ${names.join(", ")}`);
  return [name, sites[name]];
};

const replicationAt = ({ replicated, observed }: SiteCheck, i: number): Float64Array =>
  replicated.values.subarray(i * observed.length, (i + 1) * observed.length);

/** Counts of whole numbers are drawn one by one where there are so many or fewer. */
const mostWhole = 40;

const wholeRange = ({ observed, replicated }: SiteCheck): readonly number[] | undefined => {
  if (!observed.every(Number.isInteger) || !replicated.values.every(Number.isInteger)) return undefined;
  const [low, high] = [observed, sorted(replicated.values)].map((values) => [
    quantile(sorted(values), 0),
    quantile(sorted(values), 0.999),
  ]);
  const from = Math.min(low[0], high[0]);
  const count = Math.max(Math.max(...observed), high[1]) - from + 1;
  return count <= mostWhole ? Array.from({ length: count }, (_, i) => from + i) : undefined;
};

const sharesOf = (values: Float64Array, whole: readonly number[]): number[] => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return whole.map((value) => (counts.get(value) ?? 0) / values.length);
};

const wholeMarks = (site: SiteCheck, whole: readonly number[]): Mark[] => {
  const all = Array.from({ length: site.replicated.shape[1] }, (_, i) => sharesOf(replicationAt(site, i), whole));
  const at = (p: number): (number | null)[] =>
    whole.map((_, k) => cell(quantile(sorted(all.map((shares) => shares[k])), p), 4));
  return [
    { mark: "area", x: [...whole], y1: at(0.05), y: at(0.95), series: "replicated", opacity: 0.25 },
    { mark: "line", x: [...whole], y: at(0.5), series: "replicated" },
    {
      mark: "dot",
      x: [...whole],
      y: sharesOf(site.observed, whole).map((share) => cell(share, 4)),
      series: "observed",
    },
  ];
};

const curveOf = (values: Float64Array, low: number, high: number): Pick<Mark, "x" | "y"> => {
  const { x, density } = estimateDensity(values, low, high);
  return { x: Array.from(x, (each) => cell(each)), y: Array.from(density, (each) => cell(each, 4)) };
};

const windowOf = (site: SiteCheck): [number, number] => {
  const ordered = sorted(site.replicated.values);
  const observed = sorted(site.observed);
  const low = Math.min(quantile(ordered, 0.005), observed[0]);
  const high = Math.max(quantile(ordered, 0.995), observed[observed.length - 1]);
  const pad = 0.04 * (high - low) || 0.5;
  return [low - pad, high + pad];
};

const curveMarks = (site: SiteCheck, curves: number): Mark[] => {
  const [low, high] = windowOf(site);
  const drawn = thinned(site.replicated.shape[1], curves);
  return [
    ...drawn.map(
      (i): Mark => ({
        mark: "line",
        ...curveOf(replicationAt(site, i), low, high),
        series: "replicated",
        size: 0.75,
        opacity: 0.35,
      }),
    ),
    { mark: "line", ...curveOf(site.observed, low, high), series: "observed", size: 2 },
  ];
};

/**
 * The density of the observed data over those of replications; of few whole numbers, their shares over the middle 90 % of the
 * replications'. Gabry, Simpson, Vehtari, Betancourt & Gelman 2019, figure 6.
 * @throws FluvialError where there is no such site.
 */
export const predictivePlot = (
  check: PredictiveCheck,
  options: PlotOptions & { readonly site?: string; readonly curves?: number } = {},
): PlotSpec => {
  const { site: wanted, curves = 50, ...rest } = options;
  const [name, site] = siteOf("predictivePlot", check, wanted);
  const whole = wholeRange(site);
  return {
    title: name,
    description: `Observed ${name} over ${check.of} predictive replications`,
    width: 420,
    height: 220,
    ...rest,
    x: { label: name, ticks: 5 },
    y: { ticks: whole ? 5 : 0, label: whole && "share" },
    series: ["replicated", "observed"],
    reference: "observed",
    marks: whole ? wholeMarks(site, whole) : curveMarks(site, curves),
  };
};

/**
 * A statistic of the data: its histogram over replications, and a rule at the observed value.
 * @throws FluvialError where there is no such site or statistic.
 */
export const statisticPlot = (
  check: PredictiveCheck,
  statistic: string,
  options: PlotOptions & { readonly site?: string; readonly bins?: number } = {},
): PlotSpec => {
  const { site: wanted, bins = 30, ...rest } = options;
  const [name, { statistics }] = siteOf("statisticPlot", check, wanted);
  const known = Object.keys(statistics);
  if (!known.includes(statistic))
    fail(
      `statisticPlot: there is no statistic "${statistic}"${suggest(statistic, known)}; there are ${known.join(", ")}`,
    );
  const row = check.rows.find((each) => each.site === name && each.statistic === statistic);
  const values = sorted(statistics[statistic]);
  const [low, high] = [values[0], values[values.length - 1]];
  const width = (high - low) / bins || 1;
  const counts = Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
  const label = `${statistic}(${name})`;
  return {
    title: label,
    description: `${label} of ${values.length} replications, and as observed`,
    width: 360,
    height: 180,
    ...rest,
    x: { label, ticks: 5 },
    y: { ticks: 0 },
    series: ["replicated"],
    legend: rest.legend ?? false,
    marks: [
      {
        mark: "bar",
        x1: counts.map((_, i) => cell(low + i * width)),
        x2: counts.map((_, i) => cell(low + (i + 1) * width)),
        y: counts,
        series: "replicated",
        opacity: 0.6,
      },
      { mark: "ruleX", x: [cell(row?.observed ?? Number.NaN)], size: 2 },
    ],
  };
};

/**
 * The empirical distribution function of PIT values less the uniform one, in the band that holds all of it with probability `level`.
 * Säilynoja, Bürkner & Vehtari 2022.
 * @param given the result of `looPit`, or a site of a predictive check.
 */
export const pitPlot = (
  given: Pick<LooPit | SiteCheck, "pit">,
  options: PlotOptions & { readonly level?: number } = {},
): PlotSpec => {
  const { level = 0.95, ...rest } = options;
  const plot = calibrationPlot({ ranks: { PIT: pitRanks(given.pit) }, draws: largestPitRank, level }, "PIT", rest);
  return {
    ...plot,
    description: `Distribution function of ${given.pit.length} PIT values less the uniform one`,
    x: { ...plot.x, label: "PIT" },
  };
};

/**
 * Pareto k-hat of leaving out each observation, in order; the dashes at the threshold. Vehtari, Gelman & Gabry 2017.
 */
export const khatPlot = (
  { pointwise, threshold }: Pick<Loo, "pointwise" | "threshold">,
  options: PlotOptions = {},
): PlotSpec => {
  const { khat, names } = pointwise;
  const bad = Array.from(khat.keys()).filter((i) => khat[i] > threshold);
  const labelled = bad.length <= 10 ? bad : [];
  const ends = [...khat.filter(Number.isFinite), 0, threshold];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.1 * (high - low);
  const place = (places: readonly number[], above = 0): Pick<Mark, "x" | "y"> => ({
    x: places.map((i) => i + 1),
    y: places.map((i) => cell(khat[i] + above, 4)),
  });
  return {
    title: "Pareto k-hat",
    description: `k-hat of leaving out each of ${khat.length} observations`,
    width: 420,
    height: 200,
    ...options,
    x: { label: "observation", domain: [0, khat.length + 1], ticks: 5 },
    y: { label: "k-hat", domain: [low - room, high + 2 * room], ticks: 5 },
    series: ["k-hat"],
    legend: options.legend ?? false,
    marks: [
      { mark: "dot", ...place(Array.from(khat.keys())), series: "k-hat", opacity: 0.7 },
      { mark: "text", ...place(labelled, room), text: labelled.map((i) => names[i]) },
      { mark: "ruleY", y: [cell(threshold)], dash: "3 3", opacity: 0.7 },
    ],
  };
};
