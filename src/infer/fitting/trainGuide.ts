import * as tf from "#tfjs";
import { FluvialError } from "../../core/check.ts";
import type { Guide, Sampler } from "../../core/density.ts";
import type { HostKey } from "../../core/key.ts";
import { pause } from "../../core/pause.ts";
import { hostValues } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Objective } from "../../objectives/objective.ts";
import { guideProblem } from "../../objectives/problem.ts";
import type { Schedule } from "../../optimise/schedule.ts";
import { scheduledAt } from "../../optimise/step.ts";
import { defaultRate, type Training, train } from "../../optimise/train.ts";
import type { Course } from "./course.ts";
import type { Ground } from "./ground.ts";
import { meanAndError } from "./level.ts";
import { type Order, stagesOf } from "./stages.ts";

/** A guide after training. */
export interface Trained {
  readonly params: unknown;
  /** What the objective raised at every step taken. */
  readonly history: Float64Array;
  readonly skipped: number;
  /** Whether the bound levelled off at the lowest rate. */
  readonly converged: boolean;
  /** Whether training ended because the bound fell at every rate. */
  readonly fell?: boolean;
  /** What ended training early, after which it went back to the best state. */
  readonly failure?: string;
  /** The weight of the log density at the last step: 1 unless annealed. */
  readonly beta: number;
}

/** The weight of the log density at a step. */
const weightAt = (engine: Engine, beta: number | Schedule | undefined, step: number): number => {
  if (typeof beta !== "function") return beta ?? 1;
  const weight = engine.compile(() => scheduledAt("beta", beta, tf.scalar(step)))();
  const [value] = hostValues(weight);
  weight.dispose();
  return value;
};

/** A training run with the best state that it has been in. */
const withMemory = (training: Training<unknown>) => {
  let kept: unknown;
  return {
    obey: ({ keep, goBack, slowDown }: Order): void => {
      if (keep) {
        disposeTree(kept);
        kept = training.save();
      }
      if (goBack && kept !== undefined) training.restore(kept);
      if (slowDown !== undefined) training.slowDown(slowDown);
    },
    get remembers(): boolean {
      return kept !== undefined;
    },
    dispose: (): void => {
      disposeTree(kept);
      training.dispose();
    },
  };
};

/**
 * Trains a guide until the bound has levelled off at every rate, or the steps are used up. Where the bound falls, or training fails
 * after a bound that had levelled off, it goes back to the best state.
 * @throws FluvialError where steps stay non-finite and no state is worth going back to.
 */
export const trainGuide = async (
  ground: Ground<unknown>,
  guide: Guide<unknown, Sampler>,
  objective: Objective,
  course: Course,
  key: HostKey,
  restart: number,
): Promise<Trained> => {
  const { engine, family, data, select } = ground;
  const { steps, rate, beta, clip = "adaptive", onProgress } = course;
  const given = Object.fromEntries(Object.entries({ rate, beta, clip }).filter(([, value]) => value !== undefined));
  const problem = guideProblem(family, guide, objective, select);
  const training = train(engine, problem, data, key, { steps, every: Math.min(50, steps), averaging: 0.995, ...given });
  const memory = withMemory(training);
  const history: number[] = [];
  const endBeta = weightAt(engine, beta, steps);
  const mayFall = objective.course?.mayFall;
  const stages = stagesOf({ steps, mayFall, ...(typeof rate !== "function" && { rate: rate ?? defaultRate }) });
  let lastBeta = endBeta;
  let skipped = 0;
  try {
    for (const { step, metrics, skipped: lost } of training) {
      const bound = metrics.bound.filter((_, i) => metrics.taken[i] === 1);
      for (const value of bound) history.push(value);
      skipped = lost;
      onProgress?.({ step, steps, bound: meanAndError(bound).mean, restart });
      await pause();
      lastBeta = metrics.beta[metrics.beta.length - 1];
      // Before the weight of the log density is what it will be in the end, nothing has levelled off.
      if (metrics.beta.some((weight) => weight !== endBeta)) {
        stages.startAgain(bound.length);
        continue;
      }
      const order = stages.take(bound);
      memory.obey(order);
      if (order.end) break;
    }
    const converged = stages.converged();
    const fell = stages.fell();
    return {
      params: training.average(),
      history: Float64Array.from(history),
      skipped,
      converged,
      fell,
      beta: lastBeta,
    };
  } catch (error) {
    if (!(error instanceof FluvialError) || !memory.remembers) throw error;
    memory.obey({ goBack: true });
    const failure = error.message;
    return {
      ...{ params: training.average(), history: Float64Array.from(history), skipped, beta: lastBeta },
      ...{ converged: false, failure },
    };
  } finally {
    memory.dispose();
  }
};
