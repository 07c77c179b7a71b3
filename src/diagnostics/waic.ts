import { checkOptions, fail } from "../core/check.ts";
import type { Draws } from "../posterior/draws.ts";
import { listed } from "../posterior/text.ts";
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

/** The widely applicable information criterion. Its pointwise effective parameters are variances of log likelihoods. */
export interface Waic extends Elpd {
  readonly criterion: "waic";
}

export interface WaicOfOptions {
  /** Log weights [draws] that add up to 1, for draws of an approximation. */
  readonly logWeights?: Float64Array;
  /** A hash of the observed values. */
  readonly observed?: string;
}

/** The variance of one observation's log likelihood from which on WAIC is not to be trusted. Vehtari, Gelman & Gabry 2017. */
const mostVariance = 0.4;

/** Biased, with S, as weighted variances are. */
const varianceUnder = (values: Float64Array, weights: Float64Array): number => {
  let [mean, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) if (weights[i] > 0) mean += weights[i] * values[i];
  for (let i = 0; i < values.length; i++) if (weights[i] > 0) sum += weights[i] * (values[i] - mean) ** 2;
  return sum;
};

const warningsOf = ({ names, effectiveParameters }: PointwiseElpd): string[] => {
  const bad = names.filter((_, i) => !(effectiveParameters[i] <= mostVariance));
  if (bad.length === 0) return [];
  return [
    `the log likelihood of ${bad.length} of ${names.length} observations varies by more than ${mostVariance} (${listed(bad)}): ` +
      "WAIC may be wrong; take loo, which says where it is.",
  ];
};

const waicSummary = (waic: Omit<Waic, "summary">): string =>
  [`WAIC of ${waic.observations} observations, ${waic.draws} draws`, elpdTable(waic), ...waic.warnings].join("\n");

/**
 * WAIC from log likelihoods [chains, draws, ...observations]: log predictive density less the variance of the log likelihood.
 * Watanabe 2010; Vehtari, Gelman & Gabry 2017, eq. 11 to 13.
 * @throws FluvialError for unknown options, fewer than 100 draws, or a NaN.
 */
export const waicOf = (given: LogLikelihood | Draws, options: WaicOfOptions = {}): Waic => {
  checkOptions("waic", options, ["logWeights", "observed"]);
  const { logWeights, observed } = options;
  const sites = sitesOf("waic", given);
  const [{ shape }] = Object.values(sites);
  const draws = shape[0] * shape[1];
  if (logWeights && logWeights.length !== draws)
    fail(`waic: expected a log weight for each of ${draws} draws, got ${logWeights.length}`);
  const weights = logWeights?.map((each) => Math.exp(each)) ?? new Float64Array(draws).fill(1 / draws);
  const { names, values } = eachObservation("waic", sites, (logLikelihood) => ({
    lpd: logMeanLikelihood(logLikelihood, logWeights),
    variance: varianceUnder(logLikelihood, weights),
  }));
  const pointwise = {
    names,
    elpd: Float64Array.from(values, ({ lpd, variance }) => lpd - variance),
    effectiveParameters: Float64Array.from(values, ({ variance }) => variance),
  };
  const made = {
    criterion: "waic" as const,
    ...totals(pointwise),
    draws,
    pointwise,
    warnings: warningsOf(pointwise),
    observed,
  };
  return { ...made, summary: () => waicSummary(made) };
};
