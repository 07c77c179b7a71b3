import { checkCount, checkOptions, fail, showAny, suggest } from "../../core/check.ts";
import type { GuideOf, GuideSpec, Sampler } from "../../core/density.ts";
import type { Precision } from "../../core/double.ts";
import type { Engine } from "../../engine/engine.ts";
import { guideLabel, guideSpecs } from "../../guides/index.ts";
import type { Coords } from "../../model/data.ts";
import type { Minibatch } from "../../model/minibatch.ts";
import type { Objective } from "../../objectives/objective.ts";
import type { Schedule } from "../../optimise/schedule.ts";
import type { Fit } from "../../posterior/posterior.ts";
import type { FitProgress } from "./course.ts";
import { enoughForKhat } from "./reweigh.ts";

export interface FitOptions<Q extends Sampler = Sampler> {
  /** Mean-field unless said, or that of `from`. "auto" climbs from cheap guides to rich ones until k-hat passes and an independent check agrees. */
  readonly guide?: GuideOf<Q> | "auto";
  /** With `guide: "auto"`: gradients that may be spent in all; 1,000,000 unless said. */
  readonly budget?: number;
  /** Stick-the-landing where the guide has a density that is not too steep for it, else the plain bound; 8 draws a step. */
  readonly objective?: Objective<Q>;
  readonly seed?: number;
  /** Steps at the most, a restart; 20,000 unless said. Fitting stops by itself when the bound has levelled off. */
  readonly steps?: number;
  /** Draws from the fitted guide; 4,000 unless said, and at least that many for k-hat to be worth its threshold. */
  readonly draws?: number;
  /** Fits from this many starts and keeps the best; 1 unless said. */
  readonly restarts?: number;
  /** An earlier fit by the same guide that training goes on from, whatever its data; it names the guide where `guide` does not. */
  readonly from?: Pick<Fit, "kind" | "method" | "parameters"> & Partial<Pick<Fit, "model" | "options">>;
  /** Whether the rows are corrected by importance weights where k-hat allows it: true unless said. */
  readonly correct?: boolean;
  /** Learning rate to start from; the guide knows one. It is lowered when the bound has levelled off. */
  readonly rate?: number | Schedule;
  /** Annealing weight of the log density. */
  readonly beta?: number | Schedule;
  /** Largest norm of the gradient, or "adaptive" for 4 times what it usually is: unless said. */
  readonly clip?: number | "adaptive";
  /** Rows of a named axis taken at each step. */
  readonly minibatch?: Minibatch;
  /** Labels of named axes. */
  readonly coords?: Coords;
  /** f64 unless said. */
  readonly precision?: Precision;
  readonly engine?: Engine;
  readonly onProgress?: (progress: FitProgress) => void;
}

const optionNames: readonly string[] = [
  "guide",
  "budget",
  "objective",
  "seed",
  "steps",
  "draws",
  "restarts",
  "from",
  "correct",
  "rate",
  "beta",
  "clip",
  "minibatch",
  "coords",
  "precision",
  "engine",
  "onProgress",
] satisfies (keyof FitOptions)[];

/** @throws FluvialError where an earlier fit is none, or one by another guide. */
const checkFrom = (from: FitOptions["from"], spec: GuideSpec): void => {
  if (from === undefined) return;
  if (from?.kind !== "fit") fail(`fit: from: expected what fit returned, got ${showAny(from)}`);
  const label = guideLabel(spec);
  if (from.method !== label) fail(`fit: from: expected a fit by ${label}, got one by ${from.method}`);
  if (spec.ready) fail(`fit: from: ${label} trains nothing that could go on`);
};

/** @throws FluvialError where an earlier fit is of another model. */
export const checkSameModel = (from: FitOptions["from"], { model }: { readonly model: string }): void => {
  if (from?.model !== undefined && from.model !== model)
    fail(`fit: from: expected a fit of "${model}", got one of "${from.model}"`);
};

/** Options that only training reads. */
const ofTraining = ["objective", "steps", "rate", "beta", "clip", "minibatch"] satisfies (keyof FitOptions)[];

/**
 * What a guide that trains nothing would pass over in silence. Verbs that fit several guides alike leave it out for such guides.
 * @throws FluvialError where one of these is given.
 */
const checkReady = (options: FitOptions, spec: GuideSpec): void => {
  if (!spec.ready) return;
  for (const name of ofTraining)
    if (options[name] !== undefined)
      fail(`fit: ${name}: ${spec.name} trains nothing that it could govern; leave it out, or take another guide`);
};

/** Options that `guide: "auto"` sees to by itself. */
const ownOfLadder = ["objective", "restarts", "from", "rate", "beta", "clip"] satisfies (keyof FitOptions)[];

/** @throws FluvialError on a guide by its name, and where a budget or other options do not go with the guide. */
const checkGuide = (options: FitOptions): void => {
  const { guide, budget } = options;
  if (typeof guide === "string" && guide !== "auto") {
    const named = Object.hasOwn(guideSpecs, guide) ? ", by calling what makes it" : suggest(guide, ["auto"]);
    fail(`fit: guide: expected "auto" or a guide such as meanField(), got ${showAny(guide)}${named}`);
  }
  if (guide !== "auto") {
    if (budget !== undefined) fail('fit: budget belongs to guide: "auto"; a guide of your own takes steps');
    return;
  }
  if (budget !== undefined) checkCount("fit: budget", budget);
  if (options.draws !== undefined && options.draws < enoughForKhat)
    fail(`fit: draws: guide: "auto" judges by k-hat, which needs ${enoughForKhat} or more, got ${options.draws}`);
  if (options.correct === false)
    fail('fit: correct: guide: "auto" judges guides by their corrected rows; leave it out');
  for (const name of ownOfLadder)
    if (options[name] !== undefined) fail(`fit: ${name}: guide: "auto" sees to it by itself; leave it out`);
};

/** @throws FluvialError on a schedule that is neither a number that `accepts` nor a function. */
const checkScheduled = (name: string, x: unknown, wanted: string, accepts: (x: number) => boolean): void => {
  const isOne = typeof x === "function" || (typeof x === "number" && Number.isFinite(x) && accepts(x));
  if (x !== undefined && !isOne)
    fail(`fit: ${name}: expected a number ${wanted} or a schedule such as cosine(…), got ${showAny(x)}`);
};

/** @throws FluvialError on what training would not take. */
const checkTraining = ({ steps, rate, beta, clip }: FitOptions): void => {
  if (steps !== undefined) checkCount("fit: steps", steps);
  checkScheduled("rate", rate, "above 0", (x) => x > 0);
  checkScheduled("beta", beta, "from 0", (x) => x >= 0);
  if (clip !== undefined && clip !== "adaptive" && !(Number.isFinite(clip) && clip > 0))
    fail(`fit: clip: expected a number above 0 or "adaptive", got ${showAny(clip)}`);
};

/** @throws FluvialError on options that are none, or out of range. */
export const checkFitOptions = (options: FitOptions, spec: GuideSpec): void => {
  checkOptions("fit", options, optionNames);
  checkGuide(options);
  if (typeof spec?.for !== "function")
    fail(`fit: guide: expected "auto" or a guide such as meanField(), got ${showAny(spec)}`);
  const { draws, restarts, correct, engine, precision, from } = options;
  if (draws !== undefined) checkCount("fit: draws", draws, 2);
  if (restarts !== undefined) checkCount("fit: restarts", restarts);
  if (correct !== undefined && typeof correct !== "boolean")
    fail(`fit: correct must be true or false, got ${String(correct)}`);
  if (engine && precision) fail("fit: give an engine or a precision; an engine has its own");
  if (precision && !["f32", "f64"].includes(precision))
    fail(`fit: precision must be "f32" or "f64", got ${JSON.stringify(precision)}`);
  checkTraining(options);
  checkFrom(from, spec);
  checkReady(options, spec);
};
