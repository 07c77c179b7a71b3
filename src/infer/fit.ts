import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Guide, GuideSpec, Sampler, TargetFamily } from "../core/density.ts";
import type { Precision } from "../core/double.ts";
import { type HostKey, hostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree, leaves, paths } from "../core/tree.ts";
import { khatThreshold, psis } from "../diagnostics/psis.ts";
import { summariseDraws } from "../diagnostics/summary.ts";
import { eagerEngine } from "../engine/eager.ts";
import type { Engine } from "../engine/engine.ts";
import { guideLabel, meanField } from "../guides/index.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import { type Minibatch, minibatchOf } from "../model/minibatch.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import { elbo } from "../objectives/elbo.ts";
import type { Objective } from "../objectives/objective.ts";
import { guideProblem } from "../objectives/problem.ts";
import { stickTheLanding } from "../objectives/stickTheLanding.ts";
import { key as keyOf } from "../ops/random.ts";
import type { Schedule } from "../optimise/schedule.ts";
import { train } from "../optimise/train.ts";
import type { Fit } from "../posterior/posterior.ts";
import { type Assessed, assess } from "./assess.ts";
import { corrections } from "./corrected.ts";
import { constrainDraws } from "./draws.ts";
import { levelled, meanAndError } from "./level.ts";
import { fitSummary } from "./summary.ts";
import { fitVerdict } from "./verdict.ts";

export interface FitProgress {
  readonly step: number;
  /** The step limit of this restart. */
  readonly steps: number;
  /** The mean of the bound over the last steps. */
  readonly elbo: number;
  readonly restart: number;
}

export interface FitOptions<Q extends Sampler = Sampler> {
  /** Mean-field unless said. */
  readonly guide?: GuideSpec<Q>;
  /** Stick-the-landing where the guide has a density, else the plain bound; 8 draws a step. */
  readonly objective?: Objective<Q>;
  readonly seed?: number;
  /** Steps at the most, a restart; 20,000 unless said. Fitting stops by itself when the bound has levelled off. */
  readonly steps?: number;
  /** Draws from the fitted guide; 4,000 unless said, and at least that many for k-hat to be worth its threshold. */
  readonly draws?: number;
  /** Fits from this many starts and keeps the best; 1 unless said. */
  readonly restarts?: number;
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
  "rate",
  "beta",
  "clip",
  "minibatch",
  "coords",
  "precision",
  "engine",
  "onProgress",
];

/** The rate is lowered by this factor each time the bound has levelled off, and training ends when it has done so at the last. */
const stages = [1, 0.3, 0.3, 0.3];

interface Setting<P> {
  readonly engine: Engine;
  readonly conditioned: Conditioned<unknown>;
  readonly family: TargetFamily<unknown, Values>;
  readonly data: Values;
  readonly guide: Guide<P, Sampler>;
}

interface Trained<P> {
  readonly params: P;
  readonly history: Float64Array;
  readonly skipped: number;
  readonly converged: boolean;
}

/** Trains one restart until the bound has levelled off at every rate, or the steps are used up. */
const trainOnce = async <P>(
  { engine, family, data, guide }: Setting<P>,
  objective: Objective,
  select: ((key: never, data: Values) => Values) | undefined,
  options: FitOptions,
  key: HostKey,
  restart: number,
): Promise<Trained<P>> => {
  const { steps = 20_000, rate, beta, clip, onProgress } = options;
  const given = Object.fromEntries(Object.entries({ rate, beta, clip }).filter(([, value]) => value !== undefined));
  const problem = guideProblem(family, guide, objective, select as never);
  const training = train(engine, problem, data, key, { steps, every: Math.min(50, steps), averaging: 0.995, ...given });
  try {
    const history: number[] = [];
    let stage = 0;
    let since = 0;
    let skipped = 0;
    let converged = false;
    for (const { step, metrics, skipped: lost } of training) {
      const bound = metrics.elbo.filter((_, i) => metrics.taken[i] === 1);
      history.push(...bound);
      skipped = lost;
      onProgress?.({ step, steps, elbo: meanAndError(bound).mean, restart });
      await pause();
      if (!levelled(Float64Array.from(history.slice(since)))) continue;
      stage += 1;
      since = history.length;
      converged = stage === stages.length;
      if (converged) break;
      training.slowDown(stages[stage]);
    }
    return { params: training.average(), history: Float64Array.from(history), skipped, converged };
  } finally {
    training.dispose();
  }
};

const boundOf = ({ logDensity, logQ }: Assessed): { mean: number; error: number } =>
  meanAndError(logDensity.map((p, i) => p - logQ[i]));

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
  const { seed = 0, draws = 4_000, restarts = 1, steps = 20_000 } = options;
  checkCount("fit: draws", draws, 2);
  checkCount("fit: restarts", restarts);
  checkCount("fit: steps", steps);
  const spec = (options.guide ?? meanField()) as GuideSpec;
  if (typeof spec?.for !== "function") fail(`fit: guide must be a guide such as meanField(), got ${String(spec)}`);
  const conditioned = condition(model, data, options.coords);
  const engine = options.engine ?? eagerEngine(options.precision ?? "f64");
  const values = engine.compile(() => conditioned.tensors())();
  try {
    const guide = (await spec.for(conditioned.at(values))) as Guide<unknown, Sampler>;
    const objective = (options.objective ?? (hasDensity(engine, guide) ? stickTheLanding() : elbo())) as Objective;
    const batch = options.minibatch
      ? minibatchOf(model as unknown as Model, conditioned, options.minibatch)
      : undefined;
    const setting = { engine, conditioned, family: batch?.family ?? conditioned, data: values, guide };
    const best = await bestOf(
      setting,
      objective,
      batch?.select as never,
      options as unknown as FitOptions,
      hostKey(seed),
      restarts,
      draws,
    );
    return report<L & G>(setting as never, guideLabel(spec), best, objective.draws, seed, began);
  } finally {
    disposeTree(values);
  }
};

interface Best extends Trained<unknown> {
  readonly assessed: Assessed;
  readonly steps: number;
  readonly parameters: Fit["parameters"];
}

const hostParameters = (params: unknown): Fit["parameters"] => {
  const tensors = leaves(params);
  return Object.fromEntries(
    paths(params).map((path, i) => [path, { shape: tensors[i].shape, values: hostValues(tensors[i]) }]),
  );
};

/** The restart with the highest bound over fresh draws. */
const bestOf = async (
  setting: Setting<unknown>,
  objective: Objective,
  select: never,
  options: FitOptions,
  key: HostKey,
  restarts: number,
  draws: number,
): Promise<Best> => {
  let best: Best | undefined;
  let steps = 0;
  for (const [i, restartKey] of splitHostKey(key, restarts).entries()) {
    const [trainKey, drawKey] = splitHostKey(restartKey, 2);
    const trained = await trainOnce(setting, objective, select, options, trainKey, i);
    const { engine, conditioned, data, guide } = setting;
    const assessed = assess(engine, conditioned, data, guide, trained.params, drawKey, draws);
    const parameters = hostParameters(trained.params);
    disposeTree(trained.params);
    steps += trained.history.length + trained.skipped;
    if (!best || boundOf(assessed).mean > boundOf(best.assessed).mean)
      best = { ...trained, assessed, steps, parameters };
  }
  return { ...(best as Best), steps };
};

/** Draws, bound, k-hat and verdict of a trained guide. */
const report = <L>(
  { engine, conditioned, data }: Setting<unknown> & { readonly conditioned: Conditioned<L> },
  method: string,
  { assessed, history, steps, skipped, converged, parameters }: Best,
  drawsAStep: number,
  seed: number,
  began: number,
): Fit<L> => {
  const logRatios = assessed.logDensity.map((p, i) => p - assessed.logQ[i]);
  const { khat, logWeights } = psis(logRatios);
  const draws = constrainDraws(engine, conditioned, data, assessed.z, 1);
  const { mean, error } = meanAndError(logRatios);
  const threshold = khatThreshold(logRatios.length);
  const verdict = fitVerdict({
    guide: method,
    khat,
    threshold,
    converged,
    skipped,
    steps,
    corrections: khat <= threshold ? corrections(draws, logWeights) : [],
  });
  const fitted = {
    kind: "fit" as const,
    model: conditioned.model,
    method,
    seed,
    seconds: (performance.now() - began) / 1000,
    gradients: steps * drawsAStep,
    draws,
    rows: summariseDraws(draws, false),
    verdict,
    elbo: mean,
    elboSe: error,
    khat,
    history,
    steps,
    converged,
    logRatios,
    parameters,
  };
  return { ...fitted, summary: () => fitSummary(fitted) };
};
