import { checkCount, fail, showAny } from "../core/check.ts";
import { type HostKey, hostKey, type Key, splitHostKey } from "../core/key.ts";
import { specLabel } from "../core/label.ts";
import { hostValues, type Scalar, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import type { FlowSpec } from "../flows/spec.ts";
import type { Problem, Stateless } from "../objectives/problem.ts";
import { integers, split } from "../ops/random.ts";
import type { Plain } from "../posterior/posterior.ts";
import { type Trained, trainBest } from "./course.ts";
import { densityOf } from "./density.ts";
import { courseOf, enginesOf } from "./engines.ts";
import { entryOf } from "./entry.ts";
import type { FittedDensity, StoredDensity } from "./fitted.ts";
import { drawFrom, type Learnt, learntOf, logDensityOf } from "./learnt.ts";
import { type TrainingOptions, type TrainingPlan, toldOf, trainingOptionNames, trainingPlan } from "./options.ts";
import { type HostParameters, placeIn } from "./parameters.ts";
import { type Rows, rowsOf, type Samples } from "./samples.ts";
import { meanAndError } from "./score.ts";
import { tensorOfRows } from "./slices.ts";
import { asItStands, standardised } from "./standard.ts";

const who = "distil";

export interface DistilOptions extends TrainingOptions {
  /** Draws that the divergence is watched on and reported from; 4,000 unless said. */
  readonly draws?: number;
  /** Contexts to learn for, where the teacher looks at one: rows, drawn at random at each step. */
  readonly context?: Samples;
}

/** A student with what still sets it apart from its teacher. */
export interface Distilled {
  readonly density: FittedDensity;
  /** KL(student ‖ teacher) in nats, over fresh draws of the student, with its standard error. */
  readonly kl: { readonly mean: number; readonly se: number };
}

/** Two flows on one scale. */
interface Pair {
  readonly teacher: Learnt;
  readonly student: Learnt;
}

interface Given {
  readonly teacher: unknown;
  /** [n, length]. */
  readonly context?: Tensor;
}

/** log q − log p at draws of the student, [count]. */
const logRatios = ({ teacher, student }: Pair, params: unknown, given: Given, key: Key, count: number): Tensor => {
  const [forDraws, forContext, forEntry] = split(key, 3);
  const context = given.context?.gather(integers(forContext, given.context.shape[0], [count]) as never);
  const { value, logQ } = drawFrom(student, params, forDraws, count, context);
  return logQ.sub(logDensityOf(teacher, given.teacher, value, forEntry, { context }));
};

const problemOf = (pair: Pair, batch: number): Problem<unknown, Stateless, Given> => ({
  init: (key) => ({ params: pair.student.init(key), state: {} }),
  loss: (params, state, key, given) => ({
    loss: logRatios(pair, params, given, key, batch).mean() as Scalar,
    state,
    metrics: {},
  }),
});

/** log p − log q at `draws` draws of the student. */
const worthOf = (
  engine: Engine,
  pair: Pair,
  teacher: HostParameters,
  contexts: Rows | undefined,
  draws: number,
): ((student: HostParameters, key: HostKey) => Float64Array) => {
  const slice = Math.min(draws, 1024);
  const place = { teacher: placeIn(who, engine, pair.teacher), student: placeIn(who, engine, pair.student) };
  const program = engine.compile((params: unknown, given: Given, key: Key) =>
    logRatios(pair, params, given, key, slice).neg(),
  );
  return (student, key) => {
    const params = place.student(student);
    const given: Given = {
      teacher: place.teacher(teacher),
      ...(contexts && { context: tensorOfRows(engine, contexts) }),
    };
    const all = new Float64Array(draws);
    try {
      for (const [i, sliceKey] of splitHostKey(key, Math.ceil(draws / slice)).entries()) {
        const at = engine.tensor(sliceKey, [2], "int") as Key;
        const made = program(params, given, at);
        all.set(hostValues(made).subarray(0, draws - i * slice), i * slice);
        disposeTree([at, made]);
      }
    } finally {
      disposeTree([params, given]);
    }
    return all;
  };
};

const verdictOf = ({ ending, steps, skipped }: Trained, kl: Distilled["kl"]): string =>
  [
    ending === "budget" ? `All ${steps} steps were taken before the divergence had levelled off: give it more.` : "",
    ending === "interrupted" ? "Training was stopped." : "",
    `KL(student ‖ teacher) is ${kl.mean.toFixed(3)} ± ${kl.se.toFixed(3)} nats; what the teacher has and the student never draws, it does not see.`,
    skipped > 0 ? `${skipped} of ${steps} steps were not finite and were skipped.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");

/** The flows as they stand between the teacher's standardised samples and noise: neither pixels nor scales come in. */
const pairOf = (teacher: FittedDensity, spec: FlowSpec): Pair => {
  const bare = entryOf(asItStands(teacher.size), undefined);
  const { size, context } = teacher;
  return { teacher: learntOf(teacher.spec, size, context, bare), student: learntOf(spec, size, context, bare) };
};

/** Contexts on the scale of both flows. */
const contextsOf = (
  { context: length, contextStandard }: FittedDensity,
  context: Samples | undefined,
): Rows | undefined => {
  if (length === 0)
    return context === undefined ? undefined : fail("distil: context: the teacher was fitted without one");
  if (context === undefined) return fail(`distil: context: the teacher looks at ${length} numbers: give rows of them`);
  const rows = rowsOf("distil: context", context, length);
  return contextStandard ? { ...rows, values: standardised(rows, contextStandard) } : rows;
};

/** What is kept of a student: it enters and leaves as its teacher does. */
const storedAs = (
  { size, context, standard, contextStandard, images, method }: FittedDensity,
  spec: FlowSpec,
  plan: TrainingPlan,
  { parameters, history, steps, ending }: Trained,
  circumstances: Pick<StoredDensity, "engine" | "seconds" | "verdict">,
): Omit<StoredDensity, "kind"> => ({
  method: specLabel(spec),
  flow: { name: spec.name, options: spec.options as Record<string, Plain> },
  size,
  context,
  seed: plan.seed,
  steps,
  options: { ...toldOf(plan), teacher: method },
  history,
  parameters,
  standard,
  ...(contextStandard && { contextStandard }),
  ...(images && { images }),
  ending,
  ...circumstances,
});

/** @throws FluvialError unless there is something to learn from, and something to learn with. */
const checkPair = (teacher: FittedDensity, spec: FlowSpec): void => {
  if (teacher?.kind !== "density" || typeof teacher.spec?.flow !== "function")
    fail(`${who}: expected a density that fitDensity gave for a teacher, got ${teacher?.kind ?? showAny(teacher)}`);
  if (typeof spec?.flow !== "function")
    fail(`${who}: expected a flow such as iaf() for a student, got ${showAny(spec)}`);
};

/**
 * Probability density distillation: a flow whose draws are cheap learns from a density whose evaluation is cheap, such as iaf from maf, by
 * least KL(student ‖ teacher) over the student's own draws. van den Oord et al. 2018. It needs no samples, and sees none: what
 * the teacher has and the student never draws, the student does not learn.
 * @throws FluvialError where teacher, student, context or options are none, or training stays non-finite.
 */
export const distil = async (
  teacher: FittedDensity,
  student: FlowSpec,
  options: DistilOptions = {},
): Promise<Distilled> => {
  const began = performance.now();
  checkPair(teacher, student);
  const plan = trainingPlan(who, options, [...trainingOptionNames, "draws", "context"], student.densityRate);
  const { draws = 4_000 } = options;
  checkCount(`${who}: draws`, draws, 2);
  const contexts = contextsOf(teacher, options.context);
  const pair = pairOf(teacher, student);
  const { training, exact } = enginesOf(options, plan);
  const [train, watch, report] = splitHostKey(hostKey(plan.seed), 3);
  const worth = worthOf(exact, pair, teacher.parameters, contexts, draws);
  const batch: Given = {
    teacher: placeIn(who, training, pair.teacher)(teacher.parameters),
    ...(contexts && { context: tensorOfRows(training, contexts) }),
  };
  try {
    const trained = await trainBest(
      training,
      {
        problem: problemOf(pair, plan.batch),
        batch,
        watch: (parameters) => worth(parameters, watch),
        offset: 0,
      },
      courseOf(plan, options, draws),
      train,
    );
    const { mean, se } = meanAndError(worth(trained.parameters, report));
    const kl = { mean: -mean, se };
    const stored = storedAs(teacher, student, plan, trained, {
      engine: training.name,
      seconds: (performance.now() - began) / 1000,
      verdict: verdictOf(trained, kl),
    });
    return { density: densityOf(stored, student, () => exact), kl };
  } finally {
    disposeTree(batch);
  }
};
