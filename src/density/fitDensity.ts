import { fail, showAny } from "../core/check.ts";
import { type HostKey, hostKey, splitHostKey } from "../core/key.ts";
import { specLabel } from "../core/label.ts";
import { range } from "../core/shape.ts";
import { shuffledPlaces } from "../core/shuffled.ts";
import { hostValues, type Tensor } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import { checkFlag } from "../flows/options.ts";
import type { FlowSpec } from "../flows/spec.ts";
import type { StochasticFlowSpec } from "../flows/stochastic.ts";
import { key as keyOf } from "../ops/random.ts";
import type { Plain } from "../posterior/posterior.ts";
import { type Trained, trainBest } from "./course.ts";
import { boundedDensityOf, densityOf } from "./density.ts";
import { courseOf, enginesOf } from "./engines.ts";
import { type Entry, entryOf } from "./entry.ts";
import type { BoundedDensity, FittedDensity, StoredDensity } from "./fitted.ts";
import { checkPixels, type ImageScale, imageScale } from "./images.ts";
import { type Learnt, learntOf } from "./learnt.ts";
import { type FitDensityOptions, fitDensityOptionNames, type TrainingPlan, toldOf, trainingPlan } from "./options.ts";
import { type HostParameters, placeIn } from "./parameters.ts";
import { likelihoodProblem } from "./problem.ts";
import { type Programs, programsOf } from "./programs.ts";
import { type Rows, rowsAt, type Samples } from "./samples.ts";
import { scoreOf } from "./score.ts";
import { tensorOfRows } from "./slices.ts";
import { countCopies, type Parted, partSamples, type Sample, sampleAt } from "./split.ts";
import { asItStands, contextStandardOf, type Standard, standardised, standardOf, unevenColumn } from "./standard.ts";
import { densityVerdict } from "./summary.ts";

/** Rows that the training score and, without validation rows, the watch look at, at the most. */
const enoughRows = 10_000;

const who = "fitDensity";

/** Rows as the flow is to see them, but for their standard scale. */
const entered = (engine: Engine, entry: Entry, rows: Rows, key: HostKey): Rows => {
  const x = tensorOfRows(engine, { ...rows, values: entry.rows(rows) });
  const made = engine.compile((at: Tensor) => entry.into(at, keyOf(key)).value)(x);
  const values = hostValues(made);
  disposeTree([x, made]);
  return { ...rows, values };
};

/** Means and spreads of what the flow is to see: of the rows, or of their logits. */
const standardFor = (
  who: string,
  rows: Rows,
  images: ImageScale | undefined,
  engine: Engine,
  key: HostKey,
): Standard => {
  if (!images) return standardOf(who, rows);
  const some = rowsAt(rows, range(Math.min(rows.count, enoughRows)));
  return standardOf(who, entered(engine, entryOf(asItStands(rows.size), images), some, key));
};

/** What a fit is made of, before it is trained. */
interface Prepared {
  readonly parted: Parted;
  readonly learnt: Learnt;
  readonly standard: Standard;
  readonly contextStandard?: Standard;
  readonly images?: ImageScale;
  readonly training: Engine;
  readonly exact: Engine;
  readonly programs: Programs;
  readonly keys: { readonly train: HostKey; readonly watch: HostKey; readonly some: HostKey };
}

/** @throws FluvialError unless training can go on with this flow and these rows. */
const checkFrom = (
  from: StoredDensity,
  spec: FlowSpec | StochasticFlowSpec,
  { standardise, images }: FitDensityOptions,
  { rows, context }: Sample,
): void => {
  const [method, length] = [specLabel(spec), context?.size ?? 0];
  if (from.method !== method) fail(`${who}: from: expected a density of ${method}, got one of ${showAny(from.method)}`);
  if (from.size !== rows.size || from.context !== length)
    fail(
      `${who}: from: expected a density of rows of ${rows.size} given ${length}, got one of ${from.size} given ${from.context}`,
    );
  if (standardise !== undefined || images !== undefined)
    fail(`${who}: from brings its own scale: leave standardise and images out`);
};

const prepare = (
  spec: FlowSpec | StochasticFlowSpec,
  samples: Samples,
  options: FitDensityOptions,
  plan: TrainingPlan,
): Prepared => {
  const [split, noise, train, watch, some] = splitHostKey(hostKey(plan.seed), 5);
  const parted = partSamples(who, samples, options, split);
  const { from, standardise = true } = options;
  const images = from ? from.images : options.images && imageScale(who, options.images);
  if (images) for (const part of [parted.training, parted.validation]) if (part) checkPixels(who, part.rows, images);
  const { exact, training } = enginesOf(options, plan);
  const { rows, context } = parted.training;
  checkFlag(`${who}: standardise`, standardise);
  if (from) checkFrom(from, spec, options, parted.training);
  const own = from?.standard ?? standardFor(who, rows, images, exact, noise);
  const standard = standardise ? own : asItStands(rows.size);
  const contexts = from ? from.contextStandard : context && contextStandardOf(context);
  const contextStandard = standardise ? contexts : undefined;
  const learnt = learntOf(spec, rows.size, context?.size ?? 0, entryOf(standard, images, contextStandard));
  const programs = programsOf(who, exact, learnt);
  const keys = { train, watch, some };
  return { parted, learnt, standard, contextStandard, images, training, exact, programs, keys };
};

/** The rows whose likelihood says when to stop: the validation rows, or some of the training rows. */
const watchedRows = ({ parted: { training, validation }, keys }: Prepared): Sample =>
  validation ?? someOf(training, keys.some);

const someOf = (sample: Sample, key: HostKey): Sample =>
  sample.rows.count <= enoughRows
    ? sample
    : sampleAt(sample, shuffledPlaces(key, sample.rows.count).slice(0, enoughRows));

const trainOn = async (prepared: Prepared, plan: TrainingPlan, options: FitDensityOptions): Promise<Trained> => {
  const { parted, learnt, training: engine, programs, keys } = prepared;
  const { rows, context } = parted.training;
  const watched = watchedRows(prepared);
  const course = courseOf(plan, options, watched.rows.count);
  const batch = {
    rows: tensorOfRows(engine, { ...rows, values: learnt.entry.rows(rows) }),
    ...(context && { context: tensorOfRows(engine, learnt.entry.context(context)) }),
  };
  const start = options.from && placeIn(`${who}: from`, engine, learnt)(options.from.parameters);
  try {
    const trainable = {
      problem: likelihoodProblem(learnt, plan.batch, start),
      batch,
      offset: learnt.entry.logScale,
      watch: (parameters: HostParameters) => programs.logProb(parameters, watched.rows, watched.context, keys.watch),
    };
    return await trainBest(engine, trainable, course, keys.train);
  } finally {
    disposeTree([batch, start]);
  }
};

/** What `fitDensity` gives: the density of a flow, or bounds on it where the flow has noise of its own. */
export interface FitDensity {
  (spec: FlowSpec, samples: Samples, options?: FitDensityOptions): Promise<FittedDensity>;
  (spec: StochasticFlowSpec, samples: Samples, options?: FitDensityOptions): Promise<BoundedDensity>;
}

/** What is kept of a fit. */
const storedFrom = (
  spec: FlowSpec | StochasticFlowSpec,
  prepared: Prepared,
  plan: TrainingPlan,
  options: FitDensityOptions,
  trained: Trained,
  began: number,
): Omit<StoredDensity, "kind"> => {
  const { parted, learnt, standard, contextStandard, images, programs, keys, training: engine } = prepared;
  const { parameters, watched, history, steps, ending } = trained;
  const some = someOf(parted.training, keys.some);
  const trainingLogProb = parted.validation
    ? programs.logProb(parameters, some.rows, some.context, keys.watch)
    : watched;
  const training = scoreOf(trainingLogProb, learnt.size);
  const heldOut = parted.validation && scoreOf(watched, learnt.size);
  const uneven =
    images || options.standardise === false
      ? undefined
      : unevenColumn({ ...some.rows, values: standardised(some.rows, standard) });
  const copies = parted.validation ? countCopies(parted.validation, parted.training) : 0;
  const { validation = 0.1, standardise = true } = options;
  return {
    method: specLabel(spec),
    flow: { name: spec.name, options: spec.options as Record<string, Plain> },
    size: learnt.size,
    context: learnt.context,
    seed: plan.seed,
    engine: engine.name,
    seconds: (performance.now() - began) / 1000,
    steps,
    options: {
      ...toldOf(plan),
      validation: typeof validation === "number" ? validation : "own rows",
      ...(options.from ? { from: options.from.verdict } : { standardise }),
    },
    history,
    parameters,
    standard,
    ...(contextStandard && { contextStandard }),
    ...(images && { images }),
    training,
    ...(heldOut && { heldOut, heldOutLogProb: watched }),
    ending,
    verdict: densityVerdict({ ...trained, training, heldOut, copies, uneven }, learnt.size),
  };
};

const fitted = async (
  spec: FlowSpec | StochasticFlowSpec,
  samples: Samples,
  options: FitDensityOptions = {},
): Promise<FittedDensity | BoundedDensity> => {
  const began = performance.now();
  const noisy = typeof (spec as StochasticFlowSpec)?.stochastic === "function";
  if (!noisy && typeof (spec as FlowSpec)?.flow !== "function")
    fail(`${who}: expected a flow such as iaf(), got ${showAny(spec)}`);
  const plan = trainingPlan(who, options, fitDensityOptionNames, (spec as FlowSpec).densityRate);
  const prepared = prepare(spec, samples, options, plan);
  const trained = await trainOn(prepared, plan, options);
  const stored = storedFrom(spec, prepared, plan, options, trained, began);
  const engineFor = () => prepared.exact;
  return noisy
    ? boundedDensityOf(stored, spec as StochasticFlowSpec, engineFor)
    : densityOf(stored, spec as FlowSpec, engineFor);
};

/**
 * Fits a flow to samples by maximum likelihood: training goes on until the log-likelihood of rows kept aside rises no more, and the
 * parameters at which these were likeliest are kept.
 * @param spec a flow such as `maf({ layers: 5 })`. @param samples [n, size], finite.
 * @throws FluvialError where samples, contexts or options are none, a column is constant, or training stays non-finite.
 */
export const fitDensity: FitDensity = fitted as FitDensity;
