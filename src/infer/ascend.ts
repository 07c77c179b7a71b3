import * as tf from "#tfjs";
import { FluvialError } from "../core/check.ts";
import type { Guide, Sampler, TargetFamily } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import { type HostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree, leaves, paths } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import type { Conditioned } from "../model/condition.ts";
import type { Values } from "../model/site.ts";
import type { Objective } from "../objectives/objective.ts";
import { guideProblem } from "../objectives/problem.ts";
import type { Schedule } from "../optimise/schedule.ts";
import { train } from "../optimise/train.ts";
import type { HostParameter } from "../posterior/posterior.ts";
import { type Assessed, assess } from "./assess.ts";
import { falling, levelled, meanAndError } from "./level.ts";

export interface FitProgress {
  readonly step: number;
  /** The step limit of this restart. */
  readonly steps: number;
  /** The mean of the bound over the last steps. */
  readonly elbo: number;
  readonly restart: number;
}

/** What is fitted, by what, to what. */
export interface Setting {
  readonly engine: Engine;
  readonly conditioned: Conditioned<unknown>;
  /** The target of a step: that of the model, or with the observations of a minibatch weighted. */
  readonly family: TargetFamily<unknown, Values>;
  readonly data: Values;
  readonly guide: Guide<unknown, Sampler>;
  readonly objective: Objective;
  /** Takes a minibatch. */
  readonly select?: (key: Key, data: Values) => Values;
}

export interface Course {
  readonly steps: number;
  readonly rate?: number | Schedule;
  readonly beta?: number | Schedule;
  readonly clip?: number;
  readonly onProgress?: (progress: FitProgress) => void;
}

/** The rate is lowered by this factor each time the bound has levelled off, and training ends when it has done so at the last. */
const stages = [1, 0.3, 0.3, 0.3, 0.3];

interface Trained {
  readonly params: unknown;
  readonly history: Float64Array;
  readonly skipped: number;
  readonly converged: boolean;
  /** The weight of the log density at the last step: 1 unless annealed. */
  readonly beta: number;
}

/** The weight of the log density at a step. */
const weightAt = (engine: Engine, beta: number | Schedule | undefined, step: number): number => {
  if (typeof beta !== "function") return beta ?? 1;
  const weight = engine.compile(() => beta(tf.scalar(step)))();
  const [value] = hostValues(weight);
  weight.dispose();
  return value;
};

/** Trains one restart until the bound has levelled off at every rate, or the steps are used up. */
const trainOnce = async (setting: Setting, course: Course, key: HostKey, restart: number): Promise<Trained> => {
  const { engine, family, data, guide, objective, select } = setting;
  const { steps, rate, beta, clip, onProgress } = course;
  const given = Object.fromEntries(Object.entries({ rate, beta, clip }).filter(([, value]) => value !== undefined));
  const problem = guideProblem(family, guide, objective, select);
  const training = train(engine, problem, data, key, { steps, every: Math.min(50, steps), averaging: 0.995, ...given });
  try {
    const history: number[] = [];
    const endBeta = weightAt(engine, beta, steps);
    let lastBeta = endBeta;
    let elbo = Number.NaN;
    let stage = 0;
    let since = 0;
    let skipped = 0;
    let converged = false;
    for (const { step, metrics, skipped: lost } of training) {
      const bound = metrics.elbo.filter((_, i) => metrics.taken[i] === 1);
      history.push(...bound);
      skipped = lost;
      if (bound.length > 0) elbo = meanAndError(bound).mean;
      onProgress?.({ step, steps, elbo, restart });
      await pause();
      lastBeta = metrics.beta[metrics.beta.length - 1];
      // Before the weight of the log density is what it will be in the end, nothing has levelled off.
      if (metrics.beta.some((weight) => weight !== endBeta)) since = history.length;
      const recent = Float64Array.from(history.slice(since));
      if (!levelled(recent)) continue;
      stage += 1;
      since = history.length;
      converged = stage === stages.length && !falling(recent);
      if (stage === stages.length) break;
      training.slowDown(stages[stage]);
    }
    return { params: training.average(), history: Float64Array.from(history), skipped, converged, beta: lastBeta };
  } finally {
    training.dispose();
  }
};

/** The best of all restarts. */
export interface Best extends Omit<Trained, "params"> {
  readonly assessed: Assessed;
  /** Of all restarts together. */
  readonly steps: number;
  readonly parameters: Readonly<Record<string, HostParameter>>;
}

const hostParameters = (params: unknown): Best["parameters"] => {
  const tensors = leaves(params);
  return Object.fromEntries(
    paths(params).map((path, i) => [path, { shape: tensors[i].shape, values: hostValues(tensors[i]) }]),
  );
};

/** The bound over fresh draws; −∞ where it is no number. */
const boundOf = ({ logDensity, logQ }: Assessed): number => {
  const { mean } = meanAndError(logDensity.map((p, i) => p - logQ[i]));
  return Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : mean;
};

/**
 * Trains every restart and keeps the one with the highest bound over fresh draws; a restart that fails is left out.
 * @throws FluvialError of the first restart where all of them fail.
 */
export const ascend = async (
  setting: Setting,
  course: Course,
  key: HostKey,
  restarts: number,
  draws: number,
): Promise<Best> => {
  const { engine, conditioned, data, guide } = setting;
  let best: Best | undefined;
  let steps = 0;
  let skipped = 0;
  const failures: FluvialError[] = [];
  for (const [i, restartKey] of splitHostKey(key, restarts).entries()) {
    const [trainKey, drawKey] = splitHostKey(restartKey, 2);
    const trained = await trainOnce(setting, course, trainKey, i).catch((error: unknown) => {
      if (!(error instanceof FluvialError)) throw error;
      failures.push(error);
      return undefined;
    });
    if (!trained) continue;
    const { params, ...outcome } = trained;
    const assessed = assess(engine, conditioned, data, guide, params, drawKey, draws);
    const parameters = hostParameters(params);
    disposeTree(params);
    steps += trained.history.length + trained.skipped;
    skipped += trained.skipped;
    if (!best || boundOf(assessed) > boundOf(best.assessed)) best = { ...outcome, assessed, steps, parameters };
  }
  if (!best) throw failures[0];
  return { ...best, steps, skipped };
};
