import { checkCount, checkOptions, fail } from "../../core/check.ts";
import { foldHostKey, type HostKey, hostUniforms } from "../../core/key.ts";
import { type Bridge, bridge } from "../../diagnostics/bridge.ts";
import { coloured, type Gaussian, gaussianLogDensity, gaussianOf } from "../../diagnostics/gaussian.ts";
import { khatThreshold } from "../../diagnostics/psis.ts";
import type { Series } from "../../diagnostics/series.ts";
import { defaultEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import { normalsFrom } from "../../mcmc/random.ts";
import { type Conditioned, condition } from "../../model/condition.ts";
import type { DataFor } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Chains, Fit } from "../../posterior/posterior.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { verbKey } from "../verbKey.ts";
import { type Densities, densitiesOf } from "./densities.ts";
import { improperLatents } from "./improper.ts";

export interface MarginalLikelihoodOptions {
  /**
   * What the bridge leads to: "normal", with the moments of half of the draws, unless said; or "warp3", which also mirrors the posterior
   * at its mean, for skewed ones, at twice the evaluations. Meng & Schilling 2002.
   */
  readonly proposal?: "normal" | "warp3";
  /** Independent sets of proposals: 1 unless said. */
  readonly repeats?: number;
  /** True where a prior is improper and an estimate up to an unknown constant is wanted all the same. */
  readonly allowImproper?: boolean;
  readonly seed?: number;
  readonly engine?: Engine;
}

const optionNames: readonly string[] = [
  "proposal",
  "repeats",
  "allowImproper",
  "seed",
  "engine",
] satisfies (keyof MarginalLikelihoodOptions)[];

/** An estimate of log p(data). */
export interface MarginalLikelihood {
  readonly kind: "marginal likelihood";
  readonly model: string;
  /** Of chains by a bridge; of a fit by importance sampling. */
  readonly method: "bridge sampling" | "importance sampling";
  /** log p(data), in nats. */
  readonly value: number;
  /** Its Monte Carlo standard error. */
  readonly error: number;
  /** One for each set of proposals; `value` is their mean. */
  readonly estimates: readonly number[];
  /** Of a fit: k-hat of the importance weights. */
  readonly khat?: number;
  /** A hash of the data. */
  readonly fingerprint: string;
  /** One sentence on how far to trust it. */
  readonly verdict: string;
}

/** Errors in nats beyond which an estimate is called unsettled. */
const large = 0.5;

const bridgeVerdict = (error: number, converged: boolean): string => {
  if (!converged) return 'Not settled: the bridge did not converge; draw more, or take proposal: "warp3".';
  if (!(error < large))
    return `Unsettled: a standard error of ${error.toPrecision(2)} nats; draw more, or take proposal: "warp3".`;
  return `Good, if the chains are: standard error ${error.toPrecision(2)} nats.`;
};

/** Draws [rows × size] of each chain, from row `from` to row `to`. */
const rowsOf = ({ unconstrained: { shape, values } }: Chains, from: number, to: number): Float64Array[] => {
  const [chains, draws, size] = shape;
  return Array.from({ length: chains }, (_, c) => values.slice((c * draws + from) * size, (c * draws + to) * size));
};

const joined = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const proposalFrom = (parts: readonly Float64Array[], size: number): Gaussian => {
  const points = joined(parts);
  const rows = points.length / size;
  return (
    (rows > size + 1 && gaussianOf(points, size)) ||
    fail(
      `logMarginalLikelihood: half of the draws (${rows}) do not give a covariance matrix of ${size} coordinates; draw more than ${4 * (size + 1)}`,
    )
  );
};

/** 2 mean − z for every point. */
const mirrored = (z: Float64Array, { mean }: Gaussian): Float64Array =>
  z.map((each, at) => 2 * mean[at % mean.length] - each);

const logMeanOfTwo = (a: number, b: number): number => {
  const larger = Math.max(a, b);
  if (larger === Number.NEGATIVE_INFINITY || Number.isNaN(a + b)) return larger;
  return larger + Math.log1p(Math.exp(Math.min(a, b) - larger)) - Math.LN2;
};

/** log p̃ − log g at points, the density symmetric about the proposal's mean where it is to be. */
const ratios = (
  densities: Densities,
  proposal: Gaussian,
  kind: "normal" | "warp3",
): ((z: Float64Array) => Float64Array) => {
  const own = (z: Float64Array): Float64Array => densities.at(z);
  const symmetric = (z: Float64Array): Float64Array => {
    const there = densities.at(mirrored(z, proposal));
    return densities.at(z).map((here, i) => logMeanOfTwo(here, there[i]));
  };
  const target = kind === "warp3" ? symmetric : own;
  return (z) => {
    const logQ = gaussianLogDensity(z, proposal);
    return target(z).map((logP, i) => logP - logQ[i]);
  };
};

const proposals = (proposal: Gaussian, count: number, key: HostKey): Float64Array => {
  const normal = normalsFrom(hostUniforms(key));
  const size = proposal.mean.length;
  return coloured(Float64Array.from({ length: count * size }, normal), proposal);
};

const byBridge = (
  posterior: Chains,
  densities: Densities,
  { proposal: kind = "normal", repeats = 1, seed = 0 }: MarginalLikelihoodOptions,
): Pick<MarginalLikelihood, "value" | "error" | "estimates" | "verdict"> => {
  const [chains, draws, size] = posterior.unconstrained.shape;
  const half = Math.floor(draws / 2);
  const proposal = proposalFrom(rowsOf(posterior, 0, half), size);
  const ratiosAt = ratios(densities, proposal, kind);
  const atDraws: Series = rowsOf(posterior, half, draws).map(ratiosAt);
  const count = chains * (draws - half);
  const found: Bridge[] = Array.from({ length: repeats }, (_, i) =>
    bridge(atDraws, ratiosAt(proposals(proposal, count, foldHostKey(verbKey("bridge", seed), i)))),
  );
  const average = (f: (each: Bridge) => number): number => found.reduce((sum, each) => sum + f(each), 0) / repeats;
  const error = Math.sqrt(average((each) => each.fromDraws) + average((each) => each.fromProposals) / repeats);
  return {
    value: average((each) => each.value),
    error,
    estimates: found.map(({ value }) => value),
    verdict: bridgeVerdict(
      error,
      found.every(({ converged }) => converged),
    ),
  };
};

/** The mean of the smoothed importance weights: where the middle weight was left as it was, its ratio gives their scale. */
const byImportance = ({
  logRatios,
  logWeights,
  khat,
}: Fit): Pick<MarginalLikelihood, "value" | "error" | "estimates" | "verdict" | "khat"> => {
  const count = logRatios.length;
  const order = Array.from(logRatios.keys()).sort((a, b) => logRatios[a] - logRatios[b]);
  const middle = order[count >> 1];
  const value = logRatios[middle] - logWeights[middle] - Math.log(count);
  const squares = logWeights.reduce((sum, each) => sum + Math.exp(2 * each), 0);
  const error = Math.sqrt(Math.max(0, squares - 1 / count));
  const threshold = khatThreshold(count);
  const verdict =
    khat <= threshold
      ? `Good: k-hat ${khat.toFixed(2)}, standard error ${error.toPrecision(2)} nats.`
      : `Not to be trusted: k-hat ${khat.toFixed(2)} is above ${threshold.toFixed(2)}, so that neither the estimate nor its error hold; sample, and take the chains.`;
  return { value, error, estimates: [value], khat, verdict };
};

const checkPosterior = (posterior: Chains | Fit, conditioned: Conditioned<unknown>): void => {
  if (posterior?.kind !== "chains" && posterior?.kind !== "fit")
    fail(`logMarginalLikelihood: expected chains or a fit, got ${typeof posterior}`);
  if (posterior.model !== conditioned.model)
    fail(`logMarginalLikelihood: expected a posterior of "${conditioned.model}", got one of "${posterior.model}"`);
  if (posterior.fingerprint !== fingerprintOf(conditioned.bound))
    fail("logMarginalLikelihood: the posterior was drawn with other data; give those");
};

/**
 * log p(data), the logarithm of the marginal likelihood, with its standard error: of chains by bridge sampling on the unconstrained scale
 * (Meng & Wong 1996; Gronau et al. 2017) — half of each chain fits a normal proposal, the other half is held against it — and of a fit by
 * Pareto smoothed importance sampling. Its constants are those of the model's densities: a log joint or factor that leaves one out makes
 * an estimate without it.
 * @throws FluvialError where the posterior is of another model or data, a prior is improper, or the draws are too few.
 * @example await logMarginalLikelihood(model, data, await sample(model, data))
 */
export const logMarginalLikelihood = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Chains<L & G> | Fit<L & G>,
  options: MarginalLikelihoodOptions = {},
): MarginalLikelihood => {
  checkOptions("logMarginalLikelihood", options, optionNames);
  const { proposal = "normal", repeats = 1, engine = defaultEngine(), allowImproper = false } = options;
  if (!["normal", "warp3"].includes(proposal))
    fail(`logMarginalLikelihood: proposal: expected "normal" or "warp3", got ${String(proposal)}`);
  checkCount("logMarginalLikelihood: repeats", repeats);
  const conditioned = condition(model, data);
  checkPosterior(posterior as Chains | Fit, conditioned);
  const improper = improperLatents(model as unknown as Model, conditioned);
  if (improper.length > 0 && !allowImproper)
    fail(
      `logMarginalLikelihood: the prior of ${improper.join(", ")} is improper, and the marginal likelihood is defined up to a constant only; ` +
        "give it a proper prior, or say allowImproper: true",
    );
  const named = { kind: "marginal likelihood" as const, model: conditioned.model, fingerprint: posterior.fingerprint };
  if (posterior.kind === "fit")
    return { ...named, method: "importance sampling", ...byImportance(posterior as unknown as Fit) };
  const densities = densitiesOf(engine, conditioned);
  try {
    return { ...named, method: "bridge sampling", ...byBridge(posterior as unknown as Chains, densities, options) };
  } finally {
    densities.dispose();
  }
};

/** How much the data speak for one model rather than another. */
export interface BayesFactor {
  /** log p(data | first) − log p(data | second), in nats. */
  readonly logFactor: number;
  readonly error: number;
  /** p(data | first) / p(data | second). */
  readonly factor: number;
  /** The probability of the first, where both were equally likely before. */
  readonly probability: number;
}

/**
 * The Bayes factor of two models for the same observations.
 * @param a of the first, as `logMarginalLikelihood` gives it. @param b of the second.
 * @throws FluvialError unless both are marginal likelihoods.
 */
export const bayesFactor = (a: MarginalLikelihood, b: MarginalLikelihood): BayesFactor => {
  for (const each of [a, b])
    if (each?.kind !== "marginal likelihood")
      fail(`bayesFactor: expected two results of logMarginalLikelihood, got ${typeof each}`);
  const logFactor = a.value - b.value;
  const probability = 1 / (1 + Math.exp(-logFactor));
  return { logFactor, error: Math.hypot(a.error, b.error), factor: Math.exp(logFactor), probability };
};
