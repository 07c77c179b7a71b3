import * as tf from "#tfjs";
import { fail, showAny } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import type { Now } from "../core/now.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { mapTree, zipTrees } from "../core/tree.ts";
import type { Problem } from "../objectives/problem.ts";
import { gradientWith } from "../ops/gradient.ts";
import type { Optimiser } from "./adam.ts";
import { clipNorm, globalNorm } from "./clip.ts";
import type { Schedule } from "./schedule.ts";

/** All that training carries from step to step. */
export interface TrainState<P, S, O> {
  readonly step: Scalar;
  readonly params: P;
  /** Exponential average of the parameters. */
  readonly average: P;
  readonly problem: S;
  readonly optimiser: O;
  /** What the norm of the gradient usually is. */
  readonly usualNorm: Scalar;
}

/** What a chunk of steps is given: the batch, and a factor on the learning rate. */
export interface TrainInput<B> {
  readonly batch: B;
  readonly rateFactor: Scalar;
}

export interface StepOptions {
  readonly rate: Schedule;
  readonly beta: Schedule;
  /** Largest norm of the gradient, or "adaptive" for a few times what it usually is. */
  readonly clip: number | "adaptive";
  /** Weight that the average keeps at a step, once t / (t + 10) has grown that far. */
  readonly averaging: number;
}

export type StepMetrics = Readonly<Record<string, Scalar>> & {
  readonly loss: Scalar;
  readonly gradientNorm: Scalar;
  /** 1 where loss and gradient were finite and the step was taken, else 0. */
  readonly taken: Scalar;
  /** The annealing weight of the step. */
  readonly beta: Scalar;
};

/** The state that training starts from. */
export const startState = <P, S, O>(params: P, problem: S, optimiser: Optimiser<O>): TrainState<P, S, O> => ({
  step: tf.scalar(0),
  params,
  average: mapTree(params, (leaf) => leaf.clone()),
  problem,
  optimiser: optimiser.init(params),
  usualNorm: tf.scalar(0),
});

/** The weight that the average keeps: grows from 0 to `limit`, so that a short run does not still average its start. */
const keptWeight = (step: Scalar, limit: number): Tensor => step.div(step.add(10)).minimum(limit);

/** Times its usual norm that a gradient may have at the most, and the weight that the usual one keeps at a step. */
const adaptive = { times: 4, kept: 0.99 };

/**
 * How long a gradient may be, and what its usual length is then: an average of the lengths so far, each counted no longer than allowed, so
 * that one wild gradient neither moves far nor changes what is usual. After Seetharaman, Wichern, Pardo & Le Roux 2020, with an average
 * in the place of a quantile.
 */
const clipping = (
  clip: StepOptions["clip"],
  norm: Scalar,
  { step, usualNorm }: { readonly step: Scalar; readonly usualNorm: Scalar },
): { readonly limit: Tensor; readonly usual: Scalar } => {
  if (clip !== "adaptive") return { limit: tf.scalar(clip), usual: usualNorm };
  const limit = tf.where(usualNorm.greater(0), usualNorm.mul(adaptive.times), norm);
  const seen = norm.minimum(limit);
  const usual = usualNorm.add(seen.sub(usualNorm).mul(tf.sub(1, keptWeight(step, adaptive.kept)))) as Scalar;
  return { limit, usual };
};

/** @throws FluvialError where a schedule gives no tensor: a number of its own would be baked into the step. */
export const scheduledAt = (name: string, schedule: Schedule, step: Scalar): Scalar => {
  const value: unknown = schedule(step);
  if (value instanceof tf.Tensor && value.size === 1) return value as Scalar;
  return fail(
    `${name}: a schedule makes a scalar tensor of the step, a scalar tensor itself, as linear(…) and cosine(…) do; this one gives ${showAny(value)}`,
  );
};

/** Where a step stands, from its state. */
export const nowOf = (step: Scalar, rateFactor: Scalar, { rate, beta }: StepOptions): Now => ({
  step,
  beta: scheduledAt("beta", beta, step),
  rate: scheduledAt("rate", rate, step).mul(rateFactor) as Scalar,
});

/**
 * One step of training as a pure function: gradient, clipping, update, averages. A step whose loss or gradient is not finite
 * leaves parameters, optimiser and averages as they were.
 */
export const trainStep =
  <P, S, O, B>(problem: Problem<P, S, B>, optimiser: Optimiser<O>, options: StepOptions) =>
  (
    state: TrainState<P, S, O>,
    { batch, rateFactor }: TrainInput<B>,
    key: Key,
  ): readonly [TrainState<P, S, O>, StepMetrics] => {
    const now = nowOf(state.step, rateFactor, options);
    const { value, gradient, extra } = gradientWith((params: P) => {
      const { loss, state: after, metrics } = problem.loss(params, state.problem, key, batch, now);
      return [loss, { after, metrics }] as const;
    })(state.params);
    const norm = globalNorm(gradient);
    const taken = tf.isFinite(value.add(norm));
    const { limit, usual } = clipping(options.clip, norm, state);
    const choose = (fresh: Tensor, old: Tensor): Tensor => tf.where(taken, fresh, old);
    const [moved, optimised] = optimiser.update(state.params, clipNorm(gradient, norm, limit), state.optimiser, now);
    const params = zipTrees(choose, moved, state.params);
    const fresh = tf.sub(1, keptWeight(state.step, options.averaging));
    const average = zipTrees((a, p) => a.add(p.sub(a).mul(fresh)), state.average, params);
    return [
      {
        step: state.step.add(1) as Scalar,
        params,
        average,
        problem: zipTrees(choose, extra.after, state.problem),
        optimiser: zipTrees(choose, optimised, state.optimiser),
        usualNorm: choose(usual, state.usualNorm) as Scalar,
      },
      { ...extra.metrics, loss: value, gradientNorm: norm, taken: taken.cast("float32") as Scalar, beta: now.beta },
    ];
  };
