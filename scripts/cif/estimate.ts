/** How long what is still to do will take: from short trials of every kind of fit. */
import type { Job, Result, Steps } from "./experiment.ts";

/** Steps of the two trials: their difference is the cost of steps alone. */
export const trialSteps = [20, 220] as const;

/** What a job costs depends on its kind alone. */
export const kindOf = ({ experiment, row, setting }: Job): string => {
  const budget = "seconds" in setting ? ", by seconds" : "";
  return `${experiment}: ${row}${budget}`;
};

const withSteps = (job: Job, steps: number): Job => ({ ...job, setting: { ...job.setting, steps } });

/** Two short fits of each kind, in groups: a process each, so that nothing is warm. */
export const trialsOf = (jobs: readonly Job[]): Job[][] => {
  const kinds = new Map(jobs.map((job) => [kindOf(job), job]));
  return [...kinds.values()].flatMap((job) => trialSteps.map((steps) => [withSteps(job, steps)]));
};

/** What is expected of all jobs of a kind. */
export interface Expected {
  readonly kind: string;
  readonly count: number;
  /** Processor time of one, scoring and pictures too. */
  readonly seconds: number;
}

const limitOf = (setting: Steps & { readonly seconds?: number }): number => setting.seconds ?? Number.POSITIVE_INFINITY;

/** A job from the trials of its kind; NaN where one failed. */
const secondsOf = (job: Job, trials: readonly Result[]): number => {
  const [short, long] = trialSteps.map((steps) =>
    trials.find((one) => kindOf(one) === kindOf(job) && one.setting.steps === steps),
  );
  if (!short || !long) return Number.NaN;
  const each = Math.max(0, long.seconds - short.seconds) / (trialSteps[1] - trialSteps[0]);
  const steps = Math.max(0, job.setting.steps - trialSteps[1]) * each;
  return long.whole + Math.min(steps, limitOf(job.setting));
};

export const expectedOf = (jobs: readonly Job[], trials: readonly Result[]): readonly Expected[] =>
  [...new Set(jobs.map(kindOf))].map((kind) => {
    const own = jobs.filter((job) => kindOf(job) === kind);
    return { kind, count: own.length, seconds: secondsOf(own[0], trials) };
  });

/** A table as text, and the sum in hours. */
export const expectedSaid = (expected: readonly Expected[]): string => {
  const lines = expected.map(
    ({ kind, count, seconds }) =>
      `${kind.padEnd(56)} ${String(count).padStart(4)} × ${seconds.toFixed(0).padStart(5)} s`,
  );
  const hours = expected.reduce((sum, { count, seconds }) => sum + count * seconds, 0) / 3600;
  return [...lines, `${hours.toFixed(1)} hours of one processor in all`].join("\n");
};
