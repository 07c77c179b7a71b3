import { fail } from "../core/check.ts";
import { sizeOf } from "../core/shape.ts";
import { type Draws, pooledDraws, scalarNames } from "../posterior/draws.ts";
import { showNumber, textTable } from "../posterior/text.ts";

/** Log likelihoods by site: [chains, draws, ...observations]. */
export type LogLikelihood = Readonly<Record<string, Draws>>;

/** What is told of every observation, in one order. */
export interface PointwiseElpd {
  /** "y[3]". */
  readonly names: readonly string[];
  /** The log density of the observation given all others, estimated. */
  readonly elpd: Float64Array;
  /** What the observation adds to the effective number of parameters. */
  readonly effectiveParameters: Float64Array;
}

/** How well a model predicts observations that it has not seen: the expected log pointwise predictive density, in nats. */
export interface Elpd {
  readonly criterion: "loo" | "waic";
  readonly elpd: number;
  /** √(N · variance of the pointwise values), the variance with N: the error from having N observations. */
  readonly se: number;
  /** p_loo or p_waic. */
  readonly effectiveParameters: number;
  readonly effectiveParametersSe: number;
  /** −2 elpd: looic or waic on the scale of the deviance. */
  readonly informationCriterion: number;
  readonly informationCriterionSe: number;
  readonly observations: number;
  readonly draws: number;
  readonly pointwise: PointwiseElpd;
  readonly warnings: readonly string[];
  /** A hash of the values that were predicted: comparisons refuse those of unlike data. */
  readonly observed?: string;
  /** The figures, and the warnings, as text. */
  summary(): string;
}

/** The fewest draws that k-hat and variances of log likelihoods mean anything for. */
const enoughDraws = 100;

const isDraws = (given: LogLikelihood | Draws): given is Draws => given.values instanceof Float64Array;

/**
 * Log likelihoods by site from those or from a lone array.
 * @throws FluvialError where there are no observations, too few draws, or the numbers of draws differ.
 */
export const sitesOf = (who: string, given: LogLikelihood | Draws): LogLikelihood => {
  const sites: LogLikelihood = isDraws(given) ? { y: given } : given;
  const [first] = Object.values(sites);
  if (!first) return fail(`${who}: expected log likelihoods by site, got none`);
  const draws = first.shape[0] * first.shape[1];
  if (!(draws >= enoughDraws)) fail(`${who}: ${draws} draws are too few: it needs ${enoughDraws} or more`);
  for (const [name, { shape, values }] of Object.entries(sites))
    if (shape[0] * shape[1] !== draws || values.length !== sizeOf(shape))
      fail(`${who}: expected ${draws} draws of "${name}", as of the first site, got shape [${shape.join(", ")}]`);
  return sites;
};

/** One observation's log likelihoods, all chains in a row. @throws FluvialError where one is NaN. */
export const observationOf = (who: string, site: Draws, flat: number, name: string): Float64Array => {
  const values = pooledDraws(site, flat);
  const broken = values.findIndex(Number.isNaN);
  if (broken >= 0) fail(`${who}: the log likelihood of ${name} is NaN at draw ${broken + 1}`);
  return values;
};

/** Visits every observation of every site, in order. */
export const eachObservation = <T>(
  who: string,
  sites: LogLikelihood,
  visit: (logLikelihood: Float64Array, chains: number) => T,
): { readonly names: readonly string[]; readonly values: readonly T[] } => {
  const names: string[] = [];
  const values: T[] = [];
  for (const [site, draws] of Object.entries(sites))
    for (const [flat, name] of scalarNames(site, draws).entries()) {
      names.push(name);
      values.push(visit(observationOf(who, draws, flat, name), draws.shape[0]));
    }
  return { names, values };
};

/** log Σ exp(x), over x = f(i) for i < count. */
export const logSumOver = (count: number, f: (i: number) => number): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) most = Math.max(most, f(i));
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(f(i) - most);
  return most + Math.log(sum);
};

/** The log predictive density of an observation: log of the mean likelihood, under log weights where there are any. */
export const logMeanLikelihood = (logLikelihood: Float64Array, logWeights?: Float64Array): number => {
  const { length } = logLikelihood;
  if (!logWeights) return logSumOver(length, (i) => logLikelihood[i]) - Math.log(length);
  return logSumOver(length, (i) =>
    logWeights[i] === Number.NEGATIVE_INFINITY ? logWeights[i] : logWeights[i] + logLikelihood[i],
  );
};

export const sumOf = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
};

/** √(N · variance), the variance with N: the standard error of a sum of N values. */
export const errorOfSum = (values: Float64Array): number => {
  const mean = sumOf(values) / values.length;
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)));
};

/** The figures that all criteria share, from the pointwise ones. */
export const totals = ({
  elpd,
  effectiveParameters,
}: PointwiseElpd): Pick<
  Elpd,
  | "elpd"
  | "se"
  | "effectiveParameters"
  | "effectiveParametersSe"
  | "informationCriterion"
  | "informationCriterionSe"
  | "observations"
> => {
  const [sum, se] = [sumOf(elpd), errorOfSum(elpd)];
  return {
    elpd: sum,
    se,
    effectiveParameters: sumOf(effectiveParameters),
    effectiveParametersSe: errorOfSum(effectiveParameters),
    informationCriterion: -2 * sum,
    informationCriterionSe: 2 * se,
    observations: elpd.length,
  };
};

/** The figures of a criterion as a small table. */
export const elpdTable = (of: Omit<Elpd, "summary">): string =>
  textTable(
    ["", "estimate", "se"],
    [
      [`elpd_${of.criterion}`, showNumber(of.elpd), showNumber(of.se)],
      [`p_${of.criterion}`, showNumber(of.effectiveParameters), showNumber(of.effectiveParametersSe)],
      [
        of.criterion === "loo" ? "looic" : "waic",
        showNumber(of.informationCriterion),
        showNumber(of.informationCriterionSe),
      ],
    ],
  );
