import { fail } from "../core/check.ts";
import type { MetricData } from "../mcmc/metric.ts";
import type { Fit } from "../posterior/posterior.ts";
import { resampledPlaces } from "./resample.ts";
import { weightsRefused } from "./reweigh.ts";
import type { SamplerSpec } from "./samplers.ts";
import { verbKey } from "./verbKey.ts";

/** What a sampler takes from a fit. */
export type FromFit = Pick<Fit, "kind" | "model" | "unconstrained" | "logWeights" | "khat">;

/** Places that are all different, where there are so many. */
const distinct = (places: readonly number[], count: number): number[] => {
  const once = [...new Set(places)];
  return [...once, ...places].slice(0, count);
};

const rowAt = ({ unconstrained: { shape, values } }: FromFit, place: number): Float64Array =>
  values.slice(place * shape[2], (place + 1) * shape[2]);

/** Weights of the draws: those of the fit where they can be used, else all equal. */
const weightsOf = ({ khat, logWeights }: FromFit): Float64Array =>
  weightsRefused(khat, logWeights.length) === undefined
    ? logWeights.map((each) => Math.exp(each))
    : new Float64Array(logWeights.length).fill(1 / logWeights.length);

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

/** The metric that the draws of a fit suggest, in the form that the sampler adapts. */
const metricFrom = (fitted: FromFit, { options }: SamplerSpec): MetricData | undefined => {
  const { shape, values } = fitted.unconstrained;
  const weights = weightsOf(fitted);
  if (options.metric === "unit") return undefined;
  const data: MetricData =
    options.metric === "dense"
      ? { kind: "dense", covariance: covarianceOf(values, shape[2], weights) }
      : { kind: "diagonal", variances: variancesOf(values, shape[2], weights) };
  const [entries, step] = data.kind === "dense" ? [data.covariance, shape[2] + 1] : [data.variances, 1];
  const usable = entries.every(Number.isFinite) && entries.every((each, i) => i % step !== 0 || each > 0);
  return usable ? data : undefined;
};

/**
 * Starts drawn from a fit with its importance weights, all different where there are enough, and a metric from its spread. Zhang,
 * Carpenter, Gelman & Vehtari 2022, section 2.3, for the starts.
 * @throws FluvialError where the fit is of another model.
 */
export const startsFrom = (
  fitted: FromFit,
  { model, size }: { readonly model: string; readonly size: number },
  sampler: SamplerSpec,
  chains: number,
  seed: number,
): { readonly starts: readonly Float64Array[]; readonly metric?: MetricData } => {
  if (fitted?.kind !== "fit") return fail(`sample: from: expected what fit returned, got ${String(fitted?.kind)}`);
  if (fitted.model !== model) fail(`sample: from: expected a fit of "${model}", got one of "${fitted.model}"`);
  if (fitted.unconstrained.shape[2] !== size)
    fail(`sample: from: expected a fit of ${size} unconstrained numbers, got ${fitted.unconstrained.shape[2]}`);
  const places = resampledPlaces(fitted.logWeights, 20 * chains, verbKey("starts", seed));
  const metric = metricFrom(fitted, sampler);
  return { starts: distinct(places, chains).map((place) => rowAt(fitted, place)), ...(metric && { metric }) };
};
