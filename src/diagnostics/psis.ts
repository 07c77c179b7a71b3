import { checkOptions, fail } from "../core/check.ts";
import { fitPareto, paretoQuantile } from "./pareto.ts";

export interface PsisOptions {
  /** Relative efficiency of the draws, ESS / S: 1 for independent ones. */
  readonly relativeEfficiency?: number;
  /** Log weights that all lie within this of one another differ by rounding only: 1e-4 unless said. */
  readonly rounding?: number;
}

export interface Psis {
  /** The Pareto shape of the largest weights: 0 where weights differ by rounding only, ∞ where there are too few to tell or a NaN. */
  readonly khat: number;
  /** Smoothed and normalised: their exponentials add up to 1. */
  readonly logWeights: Float64Array;
  /** 1 / Σ w² of the smoothed weights, times the relative efficiency. */
  readonly ess: number;
}

const isWeight = (logWeight: number): boolean => !Number.isNaN(logWeight) && logWeight < Number.POSITIVE_INFINITY;

const logSumExp = (values: Float64Array): number => {
  const most = values.reduce((a, b) => Math.max(a, b));
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
};

const normalise = (logWeights: Float64Array): Float64Array => {
  const total = logSumExp(logWeights);
  return Number.isFinite(total)
    ? logWeights.map((value) => value - total)
    : logWeights.fill(-Math.log(logWeights.length));
};

/** Tail length min(S/5, 3 √(S/r_eff)), rounded up. Vehtari et al. 2024. */
const tailLength = (draws: number, efficiency: number): number =>
  Math.ceil(Math.min(draws / 5, 3 * Math.sqrt(draws / efficiency)));

/** Smooths the tail of log weights whose largest is 0, in place; returns k-hat. */
const smoothTail = (logWeights: Float64Array, efficiency: number): number => {
  const order = Uint32Array.from(logWeights.keys()).sort((a, b) => logWeights[a] - logWeights[b] || a - b);
  const lastOfBody = order[order.length - 1 - Math.min(tailLength(order.length, efficiency), order.length - 1)];
  const cutoff = Math.max(logWeights[lastOfBody], Math.log(2.2250738585072014e-308));
  const tail = order.filter((i) => logWeights[i] > cutoff);
  if (tail.length <= 4) return Number.POSITIVE_INFINITY;
  const base = Math.exp(cutoff);
  const fit = fitPareto(Float64Array.from(tail, (i) => Math.exp(logWeights[i]) - base));
  if (!Number.isFinite(fit.shape)) return Number.POSITIVE_INFINITY;
  for (const [rank, i] of tail.entries())
    logWeights[i] = Math.min(0, Math.log(paretoQuantile((rank + 0.5) / tail.length, fit) + base));
  return fit.shape;
};

/**
 * Pareto smoothed importance sampling from log weights [draws]. Vehtari, Simpson, Gelman, Yao & Gabry 2024. A weight of
 * NaN or +∞ counts as none and makes k-hat ∞; −∞ is a weight of zero.
 * @throws FluvialError on an unknown option or without any weights.
 */
export const psis = (logWeights: Float64Array, options: PsisOptions = {}): Psis => {
  checkOptions("psis", options, ["relativeEfficiency", "rounding"]);
  const { relativeEfficiency = 1, rounding = 1e-4 } = options;
  if (logWeights.length === 0) fail("psis: expected log weights, got none");
  const clean = logWeights.map((value) => (isWeight(value) ? value : Number.NEGATIVE_INFINITY));
  const most = clean.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = clean.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const shifted = clean.map((value) => value - most);
  const fitted = most - least <= rounding ? 0 : smoothTail(shifted, relativeEfficiency);
  const khat = logWeights.every(isWeight) ? fitted : Number.POSITIVE_INFINITY;
  const smoothed = normalise(shifted);
  const ess = relativeEfficiency / smoothed.reduce((sum, value) => sum + Math.exp(2 * value), 0);
  return { khat, logWeights: smoothed, ess };
};

/**
 * k-hat of |h| w: whether the importance-sampling mean of a quantity h [draws] has a finite variance in practice; take h = θ for a mean
 * and h = θ² for a second moment. `logWeights` are the raw ones. Vehtari et al. 2024.
 */
export const khatOf = (logWeights: Float64Array, quantity: Float64Array, options: PsisOptions = {}): number =>
  psis(
    logWeights.map((value, i) => value + Math.log(Math.abs(quantity[i]))),
    options,
  ).khat;

/** Above this, S draws are too few for k-hat's estimates to be trusted: min(0.7, 1 − 1/log10 S). Vehtari et al. 2024. */
export const khatThreshold = (draws: number): number => Math.min(0.7, 1 - 1 / Math.log10(draws));
