import { checkOptions, checkPositive, fail } from "../core/check.ts";
import type { Draws } from "../posterior/draws.ts";
import { listed, showNumber } from "../posterior/text.ts";
import {
  type Elpd,
  eachObservation,
  elpdTable,
  type LogLikelihood,
  logMeanLikelihood,
  type PointwiseElpd,
  sitesOf,
  totals,
} from "./elpd.ts";
import { essMean } from "./ess.ts";
import { khatThreshold, type Psis, psis } from "./psis.ts";
import { splitEvenly } from "./series.ts";

/** What leaving out tells of every observation. */
export interface PointwiseLoo extends PointwiseElpd {
  /** Pareto k-hat of its weights: above the threshold its elpd is not known. */
  readonly khat: Float64Array;
  /** Monte Carlo standard error of its elpd. */
  readonly mcse: Float64Array;
  /** ESS / S of its likelihood. */
  readonly relativeEfficiency: Float64Array;
}

/** Leave-one-out cross-validation. */
export interface Loo extends Elpd {
  readonly criterion: "loo";
  readonly pointwise: PointwiseLoo;
  /** Monte Carlo standard error of elpd: from having so many draws. NaN where a k-hat is above the threshold. */
  readonly mcse: number;
  /** min(0.7, 1 − 1/log10 S). */
  readonly threshold: number;
  /** Each site alone, where there are several. */
  readonly sites?: Readonly<Record<string, Loo>>;
}

export interface LooOfOptions {
  /** ESS / S of all observations alike; that of each observation's likelihood unless said. */
  readonly relativeEfficiency?: number;
  /** log p(θ, y) − log q(θ) [draws], for independent draws of an approximation q. */
  readonly logRatios?: Float64Array;
  /** A hash of the observed values. */
  readonly observed?: string;
}

/** ESS / S of one observation's likelihood, whose reciprocal the weights are. */
export const efficiencyOf = (logLikelihood: Float64Array, chains: number): number => {
  const most = logLikelihood.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const ess = essMean(
    splitEvenly(
      logLikelihood.map((value) => Math.exp(value - most)),
      chains,
    ),
  );
  return Number.isFinite(ess) ? ess / logLikelihood.length : 1;
};

/** Σ w² (p/E − 1)², the squared relative error of the predictive density E. */
const relativeVariance = (logLikelihood: Float64Array, logWeights: Float64Array, elpd: number): number => {
  let sum = 0;
  for (let i = 0; i < logLikelihood.length; i++)
    if (logWeights[i] > Number.NEGATIVE_INFINITY)
      sum += (Math.exp(logWeights[i] + logLikelihood[i] - elpd) - Math.exp(logWeights[i])) ** 2;
  return sum;
};

interface LeftOut {
  readonly elpd: number;
  readonly lpd: number;
  readonly khat: number;
  readonly mcse: number;
  readonly efficiency: number;
}

/** The weights of the posterior without one observation. Vehtari, Gelman & Gabry 2017, section 2.1; Magnusson et al. 2019, eq. 7. */
export const leavingOut = (logLikelihood: Float64Array, efficiency: number, logRatios?: Float64Array): Psis => {
  const raw = logLikelihood.map((value, i) => (logRatios ? logRatios[i] : 0) - value);
  return psis(raw, { relativeEfficiency: efficiency });
};

/** One observation left out. The standard error is that of the logarithm of a lognormal estimate. Vehtari et al. 2024, section 2.3. */
const leaveOut = (
  logLikelihood: Float64Array,
  efficiency: number,
  logRatios: Float64Array | undefined,
  posterior: Float64Array | undefined,
): LeftOut => {
  const { khat, logWeights } = leavingOut(logLikelihood, efficiency, logRatios);
  const elpd = logMeanLikelihood(logLikelihood, logWeights);
  const mcse = Math.sqrt(Math.log1p(relativeVariance(logLikelihood, logWeights, elpd)) / efficiency);
  return { elpd, lpd: logMeanLikelihood(logLikelihood, posterior), khat, mcse, efficiency };
};

const pointwiseOf = (names: readonly string[], left: readonly LeftOut[]): PointwiseLoo => {
  const column = (f: (one: LeftOut) => number): Float64Array => Float64Array.from(left, f);
  return {
    names,
    elpd: column(({ elpd }) => elpd),
    effectiveParameters: column(({ elpd, lpd }) => lpd - elpd),
    khat: column(({ khat }) => khat),
    mcse: column(({ mcse }) => mcse),
    relativeEfficiency: column(({ efficiency }) => efficiency),
  };
};

const alone = ({ names }: PointwiseLoo): string[] =>
  names.length > 1
    ? []
    : [
        `${names[0]} is the only observation: without it there is nothing to predict it from. A series or a vector that has one ` +
          "distribution counts as one observation.",
      ];

const beyond = ({ names, khat }: PointwiseLoo, threshold: number): string[] => {
  const bad = names.filter((_, i) => !(khat[i] <= threshold));
  if (bad.length === 0) return [];
  const verb = bad.length === 1 ? "has" : "have";
  return [
    `${bad.length} of ${names.length} observations ${verb} k-hat above ${threshold.toFixed(2)} (${listed(bad)}): what the model predicts ` +
      "without them cannot be told from these draws. Fit again without each, or take a model that they do not surprise.",
  ];
};

const put = (pointwise: PointwiseLoo, draws: number, observed?: string): Loo => {
  const threshold = khatThreshold(draws);
  const untold = beyond(pointwise, threshold);
  const mcse = untold.length > 0 ? Number.NaN : Math.sqrt(pointwise.mcse.reduce((sum, each) => sum + each ** 2, 0));
  const made = {
    criterion: "loo" as const,
    ...totals(pointwise),
    draws,
    pointwise,
    mcse,
    threshold,
    warnings: [...alone(pointwise), ...untold],
    observed,
  };
  return { ...made, summary: () => looSummary(made) };
};

const looSummary = (loo: Omit<Loo, "summary">): string =>
  [
    `LOO of ${loo.observations} observations, ${loo.draws} draws`,
    elpdTable(loo),
    Number.isFinite(loo.mcse)
      ? `Monte Carlo error of elpd_loo ${showNumber(loo.mcse)}; all k-hat below ${loo.threshold.toFixed(2)}`
      : "The Monte Carlo error of elpd_loo cannot be told.",
    ...loo.warnings,
  ].join("\n");

const checkRatios = (logRatios: Float64Array | undefined, draws: number): void => {
  if (logRatios && logRatios.length !== draws)
    fail(`loo: expected a log ratio for each of ${draws} draws, got ${logRatios.length}`);
};

/**
 * Leave-one-out cross-validation from log likelihoods [chains, draws, ...observations] by Pareto smoothed importance sampling. Vehtari,
 * Gelman & Gabry 2017; with `logRatios`, Magnusson, Andersen, Jonasson & Vehtari 2019, eq. 7.
 * @param given those of one site, or of several by name, whose observations are then left out one by one.
 * @throws FluvialError for unknown options, fewer than 100 draws, or a NaN.
 */
export const looOf = (given: LogLikelihood | Draws, options: LooOfOptions = {}): Loo => {
  checkOptions("loo", options, ["relativeEfficiency", "logRatios", "observed"]);
  const { relativeEfficiency, logRatios, observed } = options;
  if (relativeEfficiency !== undefined) checkPositive("loo: relativeEfficiency", relativeEfficiency);
  const sites = sitesOf("loo", given);
  const [{ shape }] = Object.values(sites);
  const draws = shape[0] * shape[1];
  checkRatios(logRatios, draws);
  const posterior = logRatios && psis(logRatios).logWeights;
  const left = (some: LogLikelihood): PointwiseLoo => {
    const { names, values } = eachObservation("loo", some, (logLikelihood, chains) => {
      const efficiency = relativeEfficiency ?? (logRatios ? 1 : efficiencyOf(logLikelihood, chains));
      return leaveOut(logLikelihood, efficiency, logRatios, posterior);
    });
    return pointwiseOf(names, values);
  };
  const alone = Object.entries(sites).map(([name, site]) => [name, left({ [name]: site })] as const);
  const whole = put(alone.map(([, pointwise]) => pointwise).reduce(joined), draws, observed);
  if (alone.length === 1) return whole;
  return { ...whole, sites: Object.fromEntries(alone.map(([name, pointwise]) => [name, put(pointwise, draws)])) };
};

const concatenated = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);

const joined = (a: PointwiseLoo, b: PointwiseLoo): PointwiseLoo => ({
  names: [...a.names, ...b.names],
  elpd: concatenated(a.elpd, b.elpd),
  effectiveParameters: concatenated(a.effectiveParameters, b.effectiveParameters),
  khat: concatenated(a.khat, b.khat),
  mcse: concatenated(a.mcse, b.mcse),
  relativeEfficiency: concatenated(a.relativeEfficiency, b.relativeEfficiency),
});
