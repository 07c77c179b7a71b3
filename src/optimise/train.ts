import { checkCount, checkOptions, checkPositive, FluvialError, fail, showAny, showValue } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { Scalar } from "../core/tensor.ts";
import { disposeTree, leaves } from "../core/tree.ts";
import { findNonFinite, type NonFinite, within } from "../core/within.ts";
import type { Engine } from "../engine/engine.ts";
import type { Problem } from "../objectives/problem.ts";
import { key as keyOf } from "../ops/random.ts";
import { adam, type Optimiser } from "./adam.ts";
import { constant, type Schedule } from "./schedule.ts";
import { nowOf, type StepOptions, startState, type TrainState, trainStep } from "./step.ts";

export interface TrainOptions {
  /** Steps at the most; 10,000 unless said. */
  readonly steps?: number;
  /** Steps between two yields; 50 unless said. */
  readonly every?: number;
  /** Learning rate, a number or a schedule; 0.02 unless said. */
  readonly rate?: number | Schedule;
  /** Annealing weight; 1 unless said. */
  readonly beta?: number | Schedule;
  /** Largest norm of the gradient, 100 unless said; or "adaptive" for 4 times what it usually is. */
  readonly clip?: number | "adaptive";
  /** Weight that the average of the parameters keeps at each step; 0.99 unless said. */
  readonly averaging?: number;
  readonly optimiser?: Optimiser;
}

const optionNames = ["steps", "every", "rate", "beta", "clip", "averaging", "optimiser"];

/** Of a training run that is told no other. */
export const defaultRate = 0.02;

/** What training yields: each metric at each step since the last yield. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  readonly metrics: Readonly<Record<string, Float64Array>>;
  /** Steps skipped so far because loss or gradient was not finite. */
  readonly skipped: number;
}

/** A training run in progress: iterate over it to go on, and dispose of it at the end. */
export interface Training<P> extends Iterable<Progress> {
  /** Multiplies the learning rate from now on. */
  slowDown(factor: number): void;
  /** The factor in force. */
  readonly rateFactor: number;
  /** Parameters now, and their average; the caller disposes of them. */
  params(): P;
  average(): P;
  /** All that training stands on, to come back to; the caller disposes of it. */
  save(): unknown;
  /** Goes back to what `save` gave, with the parameters' average for the parameters; steps go on counting. */
  restore(saved: unknown): void;
  dispose(): void;
}

const describe = ({ where, value }: NonFinite): string =>
  ` The first to go wrong is ${where.join(" › ")}, with the value ${showValue(value)}.`;

/** @throws FluvialError on what is neither a number nor a schedule. */
const asSchedule = (name: string, x: number | Schedule): Schedule => {
  if (typeof x !== "number" && typeof x !== "function")
    fail(`train: ${name}: expected a number or a schedule such as cosine(…), got ${showAny(x)}`);
  return typeof x === "number" ? constant(x) : x;
};

/** Runs f and disposes of what it was given, whether it throws or not. */
const disposing = <T>(given: unknown, f: () => T): T => {
  try {
    return f();
  } finally {
    disposeTree(given);
  }
};

/** Chunks in a row with more than half of their steps skipped, after which training gives up. */
const patience = 4;

/** The share of the first steps lost from which on training begins again where it began, with a rate this much lower. */
const hopeless = 0.9;
const afterFalseStart = 0.25;

/**
 * Trains a problem: an iterator over chunks of steps, whose state stays in the engine.
 * A step that is not finite is skipped and the rate lowered; where nearly all first ones are, training begins again; where that persists, the step is replayed and the error names the
 * labelled part that first went wrong.
 * @throws FluvialError for bad options, or when steps stay non-finite.
 */
export const train = <P, S, B>(
  engine: Engine,
  problem: Problem<P, S, B>,
  batch: B,
  key: HostKey,
  options: TrainOptions = {},
): Training<P> => {
  checkOptions("train", options, optionNames);
  const { steps = 10_000, every = 50, rate = defaultRate, beta = 1, clip = 100, averaging = 0.99 } = options;
  checkCount("train: steps", steps);
  checkCount("train: every", every);
  if (clip !== "adaptive") checkPositive("train: clip", clip);
  if (typeof rate === "number") checkPositive("train: rate", rate);
  if (!(averaging >= 0 && averaging < 1)) fail(`train: averaging must be at least 0 and below 1, got ${averaging}`);
  const optimiser = options.optimiser ?? (adam() as Optimiser);
  const settings: StepOptions = { rate: asSchedule("rate", rate), beta: asSchedule("beta", beta), clip, averaging };
  const [initKey, stepKey] = splitHostKey(key, 2);
  const init = engine.compile(() => {
    const { params, state } = problem.init(keyOf(initKey), batch);
    return startState(params, state, optimiser);
  })();
  const loop = engine.loop(trainStep(problem, optimiser, settings), init, stepKey);
  /** Kept until a chunk has gone well: steps that are too long may leave the start for where nothing is finite. */
  let start: typeof init | undefined = init;
  let rateFactor = 1;
  let done = 0;
  let skipped = 0;
  let bad = 0;

  /** The part that goes wrong at the step `ahead` of the one that comes next, if any does. */
  const replay = (state: TrainState<P, S, unknown>, factor: Scalar, ahead: number): NonFinite | undefined => {
    const found = findNonFinite(() =>
      disposeTree(
        engine.compile(() => {
          const now = nowOf(state.step, factor, settings);
          const stepAhead = keyOf(foldHostKey(stepKey, done + ahead));
          return [within("loss", () => problem.loss(state.params, state.problem, stepAhead, batch, now).loss)];
        })(),
      ),
    );
    // The outermost label only says that it is the loss.
    return found && { ...found, where: found.where.length > 1 ? found.where.slice(1) : found.where };
  };

  /** Replays the steps that come next, to say where they go wrong. */
  const diagnose = (): string => {
    const state = loop.read() as TrainState<P, S, unknown>;
    const factor = engine.tensor([rateFactor], []) as Scalar;
    return disposing([state, factor], () => {
      for (let ahead = 0; ahead < 20; ahead++) {
        const found = loop.firstNonFinite
          ? loop.firstNonFinite({ batch, rateFactor: factor }, ahead)
          : replay(state, factor, ahead);
        const report = found ? describe(found) : "";
        if (report !== "") return report;
      }
      return " The values are finite, their gradient is not.";
    });
  };

  const forgetStart = (): void => {
    if (start) disposeTree(start);
    start = undefined;
  };

  /** The parameters of another state, at the step that comes next. */
  const backTo = (state: TrainState<P, S, unknown>, params: P = state.params): void => {
    const step = engine.tensor([done], []) as Scalar;
    disposing(step, () => loop.write({ ...state, params, step }));
  };

  const chunk = (): Progress => {
    const count = Math.min(every, steps - done);
    const factor = engine.tensor([rateFactor], []) as Scalar;
    const metrics = disposing(
      factor,
      () => loop.run({ batch, rateFactor: factor }, count) as Record<string, Float64Array>,
    );
    const lost = metrics.taken.reduce((sum, taken) => sum - taken, count);
    done += count;
    skipped += lost;
    if (lost > 0) rateFactor *= 0.5;
    bad = lost > count / 2 ? bad + 1 : 0;
    if (bad >= patience || (skipped === done && done >= steps))
      throw new FluvialError(
        `training: loss or gradient was not finite in ${lost} of the last ${count} steps, up to step ${done}, although the rate was lowered to ${(rateFactor).toPrecision(2)} of its start.${diagnose()}`,
      );
    if (bad === 0) forgetStart();
    else if (start && lost >= hopeless * count) {
      backTo(start);
      rateFactor *= afterFalseStart;
    }
    return { step: done, steps, metrics, skipped };
  };

  const take = (part: "params" | "average"): P => {
    const state = loop.read() as TrainState<P, S, unknown>;
    const taken = new Set(leaves(state[part]));
    for (const leaf of leaves(state)) if (!taken.has(leaf)) leaf.dispose();
    return state[part];
  };

  return {
    *[Symbol.iterator]() {
      while (done < steps) yield chunk();
    },
    slowDown: (by) => {
      rateFactor *= by;
    },
    get rateFactor() {
      return rateFactor;
    },
    params: () => take("params"),
    average: () => take("average"),
    save: () => loop.read(),
    restore: (saved) => {
      const state = saved as TrainState<P, S, unknown>;
      backTo(state, state.average);
    },
    dispose: () => {
      forgetStart();
      loop.dispose();
    },
  };
};
