import { fail, showAny, suggest } from "../../core/check.ts";
import { hostCholesky } from "../../core/cholesky.ts";
import type { MetricData, MetricKind } from "../../mcmc/metric.ts";
import type { InitialTuning } from "../../mcmc/plan.ts";
import { mostCorrelated, paysDense } from "../../mcmc/spread.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Fit, Plain } from "../../posterior/posterior.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { weightsRefused } from "../fitting/reweigh.ts";
import { resampledPlaces } from "../resample.ts";
import { verbKey } from "../verbKey.ts";
import type { SamplerSpec } from "./samplers.ts";

/** What a sampler takes from a fit. */
export type FromFit = Pick<
  Fit,
  | "kind"
  | "model"
  | "fingerprint"
  | "unconstrained"
  | "logWeights"
  | "khat"
  | "method"
  | "options"
  | "parameters"
  | "seed"
  | "verdict"
>;

/** What is put on record of the fit that chains begin from. */
export const toldOfFit = ({ method, verdict }: FromFit): Plain => ({ method, verdict });

/** Effective draws a coordinate that a covariance matrix takes. */
const leastPerCoordinate = 2;

/** Draws of a fit by which it is judged whether a dense metric pays. */
const mostLooked = 1_000;

/** Whether the importance weights of a fit can be used: its starts are then draws of the posterior, and its metric is the posterior's. */
const isTrusted = ({ khat, logWeights }: FromFit): boolean => weightsRefused(khat, logWeights.length) === undefined;

/** Places that are all different, where there are so many. */
const distinct = (places: readonly number[], count: number): number[] => {
  const once = [...new Set(places)];
  return [...once, ...places].slice(0, count);
};

const rowAt = ({ unconstrained: { shape, values } }: FromFit, place: number): Float64Array =>
  values.slice(place * shape[2], (place + 1) * shape[2]);

/** Weights of the draws: those of the fit where they can be used, else all equal. */
const weightsOf = (fitted: FromFit): Float64Array =>
  isTrusted(fitted)
    ? fitted.logWeights.map((each) => Math.exp(each))
    : new Float64Array(fitted.logWeights.length).fill(1 / fitted.logWeights.length);

const meansOf = (z: Float64Array, size: number, weights: Float64Array): Float64Array => {
  const means = new Float64Array(size);
  for (let row = 0; row < weights.length; row++)
    for (let i = 0; i < size; i++) means[i] += weights[row] * z[row * size + i];
  return means;
};

/** Σ w (z − mean)(z − mean)ᵀ [size × size], row by row. */
const covarianceOf = (z: Float64Array, size: number, weights: Float64Array): Float64Array => {
  const means = meansOf(z, size, weights);
  const covariance = new Float64Array(size * size);
  for (let row = 0; row < weights.length; row++)
    for (let i = 0; i < size; i++) {
      const off = weights[row] * (z[row * size + i] - means[i]);
      for (let j = 0; j < size; j++) covariance[i * size + j] += off * (z[row * size + j] - means[j]);
    }
  return covariance;
};

const variancesOf = (z: Float64Array, size: number, weights: Float64Array): Float64Array => {
  const means = meansOf(z, size, weights);
  const variances = new Float64Array(size);
  for (let row = 0; row < weights.length; row++)
    for (let i = 0; i < size; i++) variances[i] += weights[row] * (z[row * size + i] - means[i]) ** 2;
  return variances;
};

/** Whether the covariance of a fit makes its draws so much rounder than its variances do that a dense metric pays, by equally weighted draws. */
const wantsDense = (fitted: FromFit, places: readonly number[]): boolean =>
  fitted.unconstrained.shape[2] <= mostCorrelated &&
  paysDense(
    places.map((place) => rowAt(fitted, place)),
    fitted.unconstrained.shape[2],
  );

const isUsable = (variances: Float64Array): boolean => variances.every((each) => Number.isFinite(each) && each > 0);

/** The metric that the draws of a fit suggest, of the kind that the sampler adapts; none where they have no spread. */
const metricFrom = (fitted: FromFit, kind: MetricKind, seed: number): MetricData | undefined => {
  const { shape, values } = fitted.unconstrained;
  const [weights, size] = [weightsOf(fitted), shape[2]];
  const variances = variancesOf(values, size, weights);
  if (!isUsable(variances)) return undefined;
  const looked = (): number[] => resampledPlaces(weights.map(Math.log), mostLooked, verbKey("starts", seed));
  const isEnough = 1 / weights.reduce((sum, each) => sum + each * each, 0) >= leastPerCoordinate * size;
  if (isEnough && kind !== "diagonal" && (kind === "dense" || wantsDense(fitted, looked()))) {
    const covariance = covarianceOf(values, size, weights);
    if (hostCholesky(covariance, size)) return { kind: "dense", covariance };
  }
  return { kind: "diagonal", variances };
};

/** @throws FluvialError where the fit is none, or one of another model or of other data. */
export const checkFromFit = (who: string, fitted: FromFit, { model, size, bound }: Conditioned<unknown>): void => {
  if (fitted?.kind !== "fit") fail(`${who}: from: expected what fit returned, got ${showAny(fitted?.kind ?? fitted)}`);
  if (fitted.model !== model) fail(`${who}: from: expected a fit of "${model}", got one of "${fitted.model}"`);
  if (fitted.unconstrained.shape[2] !== size)
    fail(`${who}: from: expected a fit of ${size} unconstrained numbers, got ${fitted.unconstrained.shape[2]}`);
  if (fitted.fingerprint !== fingerprintOf(bound))
    fail(`${who}: from: the fit of "${model}" is of other data; give the same, or fit again`);
};

/** What chains may take from a fit. */
export type Taken = "starts" | "metric";

const takings: readonly string[] = ["starts", "metric"] satisfies Taken[];

/** @throws FluvialError for what is no list of things to take, or an empty one. */
export const checkTake = (take: readonly Taken[]): void => {
  if (!Array.isArray(take) || take.length === 0)
    fail(`sample: take: expected a list of "starts" and "metric", got ${showAny(take)}`);
  const odd = take.find((each) => !takings.includes(each));
  if (odd !== undefined)
    fail(`sample: take: expected "starts" or "metric", got ${showAny(odd)}${suggest(String(odd), takings)}`);
};

/** Transitions below which a warm-up cannot better the metric of a fit that can be trusted. */
const shortWarmup = 150;

/** Whether a warm-up leaves the metric of a fit as it is. */
export const keepsMetric = (fitted: FromFit, warmup: number): boolean => warmup < shortWarmup && isTrusted(fitted);

/**
 * Transitions of warm-up where the user says none: a fit that can be trusted, of which both starts and metric are taken, leaves only the
 * step size to be found.
 */
export const warmupAfter = (fitted: FromFit | undefined, take: readonly Taken[]): number =>
  fitted && isTrusted(fitted) && takings.every((each) => take.includes(each as Taken)) ? 100 : 1_000;

/**
 * Starts drawn from a fit with its importance weights, all different where there are enough, and a metric from its spread, which a short
 * warm-up keeps where the fit can be trusted. Zhang, Carpenter, Gelman & Vehtari 2022, section 2.3, for the starts.
 */
export const takenFrom = (
  fitted: FromFit,
  take: readonly Taken[],
  { options }: SamplerSpec,
  { chains, warmup, seed }: { readonly chains: number; readonly warmup: number; readonly seed: number },
): {
  readonly starts?: readonly Float64Array[];
  readonly initial?: InitialTuning & { readonly metric: MetricData };
} => {
  const places = (): number[] => resampledPlaces(fitted.logWeights, 20 * chains, verbKey("starts", seed));
  const kind = (options.metric ?? "auto") as MetricKind;
  const metric = take.includes("metric") ? metricFrom(fitted, kind, seed) : undefined;
  return {
    ...(take.includes("starts") && { starts: distinct(places(), chains).map((place) => rowAt(fitted, place)) }),
    ...(metric && { initial: { metric, keeps: keepsMetric(fitted, warmup) } }),
  };
};
