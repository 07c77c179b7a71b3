import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Guide, GuideOf, GuideSpec, Sampler } from "../core/density.ts";
import type { Precision } from "../core/double.ts";
import { hostKey } from "../core/key.ts";
import { disposeTree } from "../core/tree.ts";
import { khatThreshold, psis } from "../diagnostics/psis.ts";
import { summariseDraws } from "../diagnostics/summary.ts";
import { defaultEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import { guideLabel, meanField } from "../guides/index.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import { type Minibatch, minibatchOf } from "../model/minibatch.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import { elbo } from "../objectives/elbo.ts";
import type { Objective } from "../objectives/objective.ts";
import { stickTheLanding } from "../objectives/stickTheLanding.ts";
import { key as keyOf } from "../ops/random.ts";
import type { Schedule } from "../optimise/schedule.ts";
import type { DrawsOf } from "../posterior/draws.ts";
import type { Fit, Plain, Row } from "../posterior/posterior.ts";
import { fitSummary } from "../posterior/summary.ts";
import { ascend, type Best, type FitProgress } from "./ascend.ts";
import { type Correction, corrections } from "./corrected.ts";
import { constrainDraws } from "./draws.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { meanAndError } from "./level.ts";
import { plainOptions } from "./plainOptions.ts";
import { enoughForKhat, reweigh } from "./reweigh.ts";
import { verbKey } from "./verbKey.ts";
import { fitVerdict } from "./verdict.ts";

export interface FitOptions<Q extends Sampler = Sampler> {
  /** Mean-field unless said. */
  readonly guide?: GuideOf<Q>;
  /** Stick-the-landing where the guide has a density that is not too steep for it, else the plain bound; 8 draws a step. */
  readonly objective?: Objective<Q>;
  readonly seed?: number;
  /** Steps at the most, a restart; 20,000 unless said. Fitting stops by itself when the bound has levelled off. */
  readonly steps?: number;
  /** Draws from the fitted guide; 4,000 unless said, and at least that many for k-hat to be worth its threshold. */
  readonly draws?: number;
  /** Fits from this many starts and keeps the best; 1 unless said. */
  readonly restarts?: number;
  /** Whether the rows are corrected by importance weights where k-hat allows it: true unless said. */
  readonly correct?: boolean;
  /** Learning rate to start from; the guide knows one. It is lowered when the bound has levelled off. */
  readonly rate?: number | Schedule;
  /** Annealing weight of the log density. */
  readonly beta?: number | Schedule;
  readonly clip?: number;
  /** Rows of a named axis taken at each step. */
  readonly minibatch?: Minibatch;
  /** Labels of named axes. */
  readonly coords?: Coords;
  /** f64 unless said. */
  readonly precision?: Precision;
  readonly engine?: Engine;
  readonly onProgress?: (progress: FitProgress) => void;
}

const optionNames = [
  "guide",
  "objective",
  "seed",
  "steps",
  "draws",
  "restarts",
  "correct",
  "rate",
  "beta",
  "clip",
  "minibatch",
  "coords",
  "precision",
  "engine",
  "onProgress",
];

/** Whether log q is known anywhere, not only at the guide's own draws. */
const hasDensity = (engine: Engine, guide: Guide<unknown, Sampler>): boolean => {
  let found = false;
  engine.compile(() => {
    found = "logProb" in guide.at(guide.init(keyOf(hostKey(0))));
    return [];
  })();
  return found;
};

/**
 * Fits a guide to the posterior of a model by stochastic gradient ascent on the evidence lower bound, draws from it, and says how
 * far to trust it.
 * @throws FluvialError where data do not fit the model, an option is unknown, or training stays non-finite.
 */
export const fit = async <L, D, G, Q extends Sampler = Sampler>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: FitOptions<Q> = {},
): Promise<Fit<L & G>> => {
  checkOptions("fit", options, optionNames);
  const began = performance.now();
  const { seed = 0, draws = 4_000, restarts = 1, steps = 20_000, correct = true } = options;
  checkCount("fit: draws", draws, 2);
  checkCount("fit: restarts", restarts);
  checkCount("fit: steps", steps);
  if (typeof correct !== "boolean") fail(`fit: correct must be true or false, got ${String(correct)}`);
  if (typeof options.beta === "number" && !(Number.isFinite(options.beta) && options.beta >= 0))
    fail(`fit: beta must be a finite number from 0, got ${options.beta}`);
  const spec = (options.guide ?? meanField()) as GuideSpec;
  if (typeof spec?.for !== "function") fail(`fit: guide must be a guide such as meanField(), got ${showAny(spec)}`);
  const conditioned = condition(model, data, options.coords);
  if (options.engine && options.precision) fail("fit: give an engine or a precision; an engine has its own");
  if (options.precision && !["f32", "f64"].includes(options.precision))
    fail(`fit: precision must be "f32" or "f64", got ${JSON.stringify(options.precision)}`);
  const engine = options.engine ?? defaultEngine(options.precision);
  const values = engine.compile(() => conditioned.tensors())();
  try {
    const guide = (await spec.for(conditioned.at(values))) as Guide<unknown, Sampler>;
    const landing = !spec.plainBound && hasDensity(engine, guide);
    const objective = (options.objective ?? (landing ? stickTheLanding() : elbo())) as Objective;
    const batch = options.minibatch
      ? minibatchOf(model as unknown as Model, conditioned, options.minibatch)
      : undefined;
    const setting = {
      engine,
      conditioned,
      family: batch?.family ?? conditioned,
      data: values,
      guide,
      objective,
      select: batch?.select,
    };
    const { rate = spec.rate, beta, clip, onProgress } = options;
    const best = await ascend(setting, { steps, rate, beta, clip, onProgress }, hostKey(seed), restarts, draws);
    const told = plainOptions({ ...options, guide: spec, steps, draws, restarts, correct });
    return report(
      { engine, conditioned, data: values, method: guideLabel(spec), seed, began, correct, told },
      best,
      objective.draws,
    );
  } finally {
    disposeTree(values);
  }
};

/** How far two log densities that ought to be equal may differ by rounding alone. */
const roundingOf = ({ precision }: Engine, logDensity: Float64Array): number => {
  const size = logDensity.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
  return Math.max(1e-4, 16 * size * (precision === "f32" ? 2 ** -23 : 2 ** -52));
};

/** What an annealed bound is not. */
const annealedNote = (beta: number): string =>
  beta === 1 ? "" : ` The log density counted ${beta} at the last step, not 1: this is not the posterior.`;

/** The corrections of all scalars, with the k-hats of the rows where those have them. */
const knownCorrections = (
  draws: DrawsOf<Record<string, unknown>>,
  logWeights: Float64Array,
  logRatios: Float64Array,
  rows: readonly Row[],
): Correction[] => {
  const khats = new Map(rows.map(({ name, khat }) => [name, khat]));
  return rows.some(({ khat }) => khat !== undefined)
    ? corrections(draws, logWeights).map((each) => ({ ...each, khat: khats.get(each.name) }))
    : corrections(draws, logWeights, logRatios);
};

/** What a report is of. */
interface Reported<L> {
  readonly engine: Engine;
  readonly conditioned: Conditioned<L>;
  readonly data: Values;
  readonly method: string;
  readonly seed: number;
  readonly began: number;
  readonly correct: boolean;
  readonly told: Readonly<Record<string, Plain>>;
}

/** Draws, bound, k-hat, corrected rows and verdict of a trained guide. */
const report = <L>(reported: Reported<L>, best: Best, drawsAStep: number): Fit<L> => {
  const { engine, conditioned, data, method, seed, began, correct, told } = reported;
  const { assessed, history, steps, skipped, converged, parameters, beta } = best;
  const logRatios = assessed.logDensity.map((p, i) => p - assessed.logQ[i]);
  const weights = psis(logRatios, { rounding: roundingOf(engine, assessed.logDensity) });
  const { khat, logWeights } = weights;
  const draws = constrainDraws(engine, conditioned, data, assessed.z, 1, verbKey("discrete", seed));
  const { mean, error } = meanAndError(logRatios);
  const threshold = khatThreshold(logRatios.length);
  const { rows, correction } = reweigh(draws, summariseDraws(draws, false), {
    psis: weights,
    logRatios,
    threshold,
    wanted: correct,
  });
  const count = (odd: (ratio: number) => boolean): number =>
    logRatios.reduce((n, ratio) => n + (odd(ratio) ? 1 : 0), 0);
  const judged = fitVerdict({
    guide: method,
    khat,
    threshold,
    converged,
    skipped,
    steps,
    draws: logRatios.length,
    impossible: count((ratio) => ratio === Number.NEGATIVE_INFINITY),
    undefinedDraws: count(Number.isNaN),
    corrections: khat <= threshold ? knownCorrections(draws, logWeights, logRatios, rows) : [],
    corrected: correction.applied,
  });
  const verdict =
    (logRatios.length < enoughForKhat
      ? `Too few draws to judge: ${logRatios.length}, where k-hat needs ${enoughForKhat} or more.`
      : judged) + annealedNote(beta);
  const fitted = {
    kind: "fit" as const,
    model: conditioned.model,
    method,
    seed,
    engine: engine.name,
    seconds: (performance.now() - began) / 1000,
    gradients: steps * drawsAStep,
    options: told,
    fingerprint: fingerprintOf(conditioned.bound),
    draws,
    unconstrained: { shape: [1, logRatios.length, conditioned.size], values: assessed.z },
    rows,
    verdict,
    elbo: mean,
    elboSe: error,
    khat,
    history,
    steps,
    converged,
    logRatios,
    logWeights,
    correction,
    parameters,
  };
  return { ...fitted, summary: () => fitSummary(fitted) };
};
