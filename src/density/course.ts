import { FluvialError } from "../core/check.ts";
import { type HostKey, splitHostKey } from "../core/key.ts";
import { pause } from "../core/pause.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import type { Problem, Stateless } from "../objectives/problem.ts";
import type { Optimiser } from "../optimise/adam.ts";
import type { Schedule } from "../optimise/schedule.ts";
import { train } from "../optimise/train.ts";
import { type HostParameters, hostParameters } from "./parameters.ts";
import { meanAndError } from "./score.ts";

/** The curve of training, an entry a check. */
export interface DensityHistory {
  /** Steps done. */
  readonly step: Float64Array;
  /** Mean over the minibatches since the last check, at the parameters as they moved. */
  readonly training: Float64Array;
  /** Mean over the rows that training is watched on, at the averaged parameters. */
  readonly watched: Float64Array;
}

export interface DensityProgress {
  readonly step: number;
  /** The step limit of this restart. */
  readonly steps: number;
  readonly restart: number;
  /** Nats a row: over the last minibatches, over the validation rows now, and at the best so far. */
  readonly training: number;
  readonly validation: number;
  readonly best: number;
}

/** Why training ended. */
export type Ending = "levelled" | "fell" | "budget" | "interrupted";

/** How training goes. */
export interface Course {
  readonly steps: number;
  /** Steps between two checks. */
  readonly every: number;
  readonly rate: number | Schedule;
  readonly clip: number;
  /** Checks without a rise after which the rate is lowered, and at last training ends. */
  readonly patience: number;
  readonly restarts: number;
  readonly optimiser: Optimiser;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DensityProgress) => void;
}

/** What is trained, and what its parameters are worth: one number for each row or draw that it is watched on. */
export interface Trainable<B> {
  readonly problem: Problem<unknown, Stateless, B>;
  readonly batch: B;
  readonly watch: (parameters: HostParameters) => Float64Array;
  /** What is to be added to minus the loss to have it on the scale of `watch`. */
  readonly offset: number;
}

/** The parameters that were worth most, and how it came to them. */
export interface Trained {
  readonly parameters: HostParameters;
  /** At these parameters. */
  readonly watched: Float64Array;
  readonly history: DensityHistory;
  readonly bestStep: number;
  readonly steps: number;
  readonly skipped: number;
  readonly ending: Ending;
}

/** The rate is lowered by these factors, one after the other, each time nothing has risen for a while. */
const slower = [0.3, 0.3, 0.3];
/** A rise that no one would wait for, in nats. */
const negligible = 1e-3;
/** Standard errors, and nats, that a fall must exceed to be one. */
const beyondChance = 2;
const worthSaying = 0.01;

/** A mean that can be compared: −∞ where it is no number. */
const worthOf = (values: Float64Array): number => {
  const { mean } = meanAndError(values);
  return Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : mean;
};

/** Whether the last values lie below the best ones, row by row, beyond chance. */
const hasFallen = (best: Float64Array, last: Float64Array): boolean => {
  const { mean, se } = meanAndError(best.map((value, i) => value - last[i]));
  return !(mean <= Math.max(worthSaying, beyondChance * se));
};

const trainOnce = async <B>(
  engine: Engine,
  { problem, batch, watch, offset }: Trainable<B>,
  course: Course,
  key: HostKey,
  restart: number,
): Promise<Trained> => {
  const { steps, every, rate, clip, optimiser, signal, onProgress } = course;
  const training = train(engine, problem, batch, key, { steps, every, rate, clip, optimiser, averaging: 0.99 });
  const curve: [step: number, training: number, watched: number][] = [];
  let best: Pick<Trained, "parameters" | "watched" | "bestStep"> | undefined;
  let mark = Number.NEGATIVE_INFINITY;
  let waited = 0;
  let lowered = 0;
  let skipped = 0;
  let last: Float64Array = new Float64Array();
  let ending: Ending = "budget";
  try {
    for (const { step, metrics, skipped: lost } of training) {
      skipped = lost;
      const average = training.average();
      const parameters = hostParameters(average);
      disposeTree(average);
      last = watch(parameters);
      const worth = worthOf(last);
      const taken = metrics.loss.filter((_, i) => metrics.taken[i] === 1).map((loss) => offset - loss);
      curve.push([step, meanAndError(taken).mean, worth]);
      if (!best || worth > worthOf(best.watched)) best = { parameters, watched: last, bestStep: step };
      onProgress?.({
        step,
        steps,
        restart,
        training: curve[curve.length - 1][1],
        validation: worth,
        best: worthOf(best.watched),
      });
      await pause();
      if (signal?.aborted) {
        ending = "interrupted";
        break;
      }
      waited = worth > mark + negligible ? 0 : waited + 1;
      if (waited === 0) mark = worth;
      if (waited < course.patience) continue;
      waited = 0;
      if (lowered === slower.length) {
        ending = "levelled";
        break;
      }
      if (typeof rate === "number") training.slowDown(slower[lowered]);
      lowered += 1;
    }
  } finally {
    training.dispose();
  }
  if (!best) throw new FluvialError("training: no step was taken");
  const column = (i: 0 | 1 | 2): Float64Array => Float64Array.from(curve, (row) => row[i]);
  return {
    ...best,
    history: { step: column(0), training: column(1), watched: column(2) },
    steps: curve[curve.length - 1][0],
    skipped,
    ending: ending !== "interrupted" && hasFallen(best.watched, last) ? "fell" : ending,
  };
};

/**
 * Trains every restart and keeps the one that is worth most; a restart that fails is left out.
 * @throws FluvialError of the first restart where all of them fail.
 */
export const trainBest = async <B>(
  engine: Engine,
  trainable: Trainable<B>,
  course: Course,
  key: HostKey,
): Promise<Trained> => {
  const done: Trained[] = [];
  const failures: FluvialError[] = [];
  for (const [restart, restartKey] of splitHostKey(key, course.restarts).entries()) {
    if (course.signal?.aborted && done.length > 0) break;
    try {
      done.push(await trainOnce(engine, trainable, course, restartKey, restart));
    } catch (error) {
      if (!(error instanceof FluvialError)) throw error;
      failures.push(error);
    }
  }
  if (done.length === 0) throw failures[0];
  const best = done.reduce((a, b) => (worthOf(b.watched) > worthOf(a.watched) ? b : a));
  const total = (count: (each: Trained) => number): number => done.reduce((sum, each) => sum + count(each), 0);
  const ending = course.signal?.aborted ? "interrupted" : best.ending;
  return { ...best, ending, steps: total(({ steps }) => steps), skipped: total(({ skipped }) => skipped) };
};
