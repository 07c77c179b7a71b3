import { FluvialError, fail } from "../../core/check.ts";
import type { Guide, GuideSpec, HostTarget, Sampler } from "../../core/density.ts";
import { foldHostKey } from "../../core/key.ts";
import { guideLabel } from "../../guides/index.ts";
import { counting } from "../../mcmc/run.ts";
import type { IndependentCheck, Ladder, Rung as ToldRung } from "../../posterior/ladder.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { fitSummary } from "../../posterior/summary.ts";
import { fitGuide } from "../fitting/fitGuide.ts";
import type { FitOptions } from "../fitting/fitOptions.ts";
import type { Ground } from "../fitting/ground.ts";
import { verbKey } from "../verbKey.ts";
import { better } from "./better.ts";
import { type Check, checkIndependently } from "./check.ts";
import { checkProper } from "./improper.ts";
import { judge } from "./judge.ts";
import { fitBy, isGood, type Known, passes, type Tried } from "./known.ts";
import { type Purse, purseOf } from "./purse.ts";
import { type Rung, rungs } from "./rungs.ts";
import { ladderVerdict, whyOf } from "./verdict.ts";

export const defaultBudget = 1_000_000;
/** Draws a step of the objective that `fit` chooses by itself, where a guide says none. */
const drawsAStep = 8;
/** Training that is shorter than this says nothing of a guide. */
const leastSteps = 300;
/** What is kept for the check: a share of the budget, and gradients beyond which it hardly goes; and the share that it may take. */
const reserve = { share: 0.3, most: 100_000, largest: 0.4 };

/** A guide that is made once for the whole rung, looking where it is told to begin. */
const madeOnce = (spec: GuideSpec, places: readonly Float64Array[] | undefined): GuideSpec => {
  let made: Promise<Guide<unknown, Sampler>> | undefined;
  const seen = (host: HostTarget | undefined): HostTarget | undefined =>
    host && places && places.length > 0
      ? Object.defineProperties({} as HostTarget, {
          ...Object.getOwnPropertyDescriptors(host),
          start: { value: (i: number) => (i < places.length ? places[i] : host.start(i)) },
        })
      : host;
  return {
    ...spec,
    for: (target, host) => {
      made ??= Promise.resolve(spec.for(target, seen(host)) as Guide<unknown, Sampler>);
      return made as Promise<Guide<never, Sampler>>;
    },
  };
};

/** A climb under way. */
interface Climb {
  readonly ground: Ground<unknown>;
  readonly options: FitOptions;
  readonly purse: Purse;
  readonly tried: Tried[];
  readonly told: ToldRung[];
  check?: Check;
  accepted?: Tried;
}

const knownIn = ({ ground, tried, check }: Climb): Known => ({ size: ground.conditioned.size, tried, check });

/** Steps that a rung may take with the gradients left, when it has looked at the posterior as long as the first of all did. */
const stepsFor = (
  climb: Climb,
  { share, steps }: Rung,
  { draws = drawsAStep, gradientsPerDraw = 0 }: GuideSpec,
): number => {
  const { purse, check, options } = climb;
  const kept = check ? 0 : Math.min(reserve.share * purse.budget, reserve.most);
  const looking = fitBy(knownIn(climb), "laplace")?.gradients ?? 0;
  const affordable = (share * (purse.left() - kept) - looking) / (draws * (1 + gradientsPerDraw));
  return Math.min(steps, options.steps ?? steps, Math.max(0, Math.floor(affordable)));
};

/** The options of `fit` that hold for one rung. */
const rungOptions = (
  { options }: Climb,
  spec: GuideSpec,
  steps: number,
  from: Fit["parameters"] | undefined,
): FitOptions => {
  const { seed, draws, correct, minibatch, onProgress } = options;
  const label = guideLabel(spec);
  return {
    ...{ seed, draws, correct, minibatch, guide: spec, ...(spec.ready ? {} : { steps }) },
    ...(from && { from: { kind: "fit", method: label, parameters: from } }),
    ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, rung: label }) }),
  };
};

/** Fits one rung; undefined where it cannot, which is told. */
const fitRung = async (climb: Climb, rung: Rung): Promise<Tried | undefined> => {
  const { ground, purse, told } = climb;
  const known = knownIn(climb);
  const tell = (state: ToldRung["state"], why: string, method = rung.name, seconds = 0): undefined => {
    told.push({ method, state, gradients: 0, seconds, why });
  };
  const spec = madeOnce(rung.spec(known), climb.check?.places);
  const steps = stepsFor(climb, rung, spec);
  if (!spec.ready && steps < leastSteps)
    return tell("skipped", `${purse.left()} gradients are left, too few to train it`, guideLabel(spec));
  const began = performance.now();
  try {
    const fit = (await fitGuide(ground, spec, rungOptions(climb, spec, steps, rung.start?.(known)))) as Fit;
    purse.pay(fit.gradients);
    return { spec, fit };
  } catch (error) {
    if (!(error instanceof FluvialError)) throw error;
    return tell("failed", error.message, guideLabel(spec), (performance.now() - began) / 1000);
  }
};

/** The independent check, made at its first use. */
const checkOf = async (climb: Climb): Promise<Check> => {
  const { ground, options, purse } = climb;
  const { onProgress } = options;
  const report = (step: number, steps: number): void =>
    onProgress?.({ step, steps, bound: Number.NaN, restart: 0, rung: "check" });
  climb.check ??= await checkIndependently(ground, {
    key: verbKey("ladder", options.seed ?? 0),
    most: Math.min(purse.left(), Math.floor(reserve.largest * purse.budget)),
    onProgress: onProgress && report,
  }).then((made) => {
    purse.pay(made.told.gradients);
    return made;
  });
  return climb.check;
};

/** The fit with what the check says of it. Chains that cannot vouch for it may still speak against it. */
const examined = async (climb: Climb, each: Tried): Promise<Tried> => {
  const check = await checkOf(climb);
  if (!check.basins.every(({ share }) => Number.isFinite(share)) || check.basins.length === 0) return each;
  const judged = await judge(climb.ground, each.spec, each.fit, check);
  const done = { ...each, judged };
  if (judged.sure && !check.told.doubt) climb.accepted = done;
  return done;
};

/** Fits that could be taken though their own draws are off, looked at before anything dear is tried. */
const secondLook = async (climb: Climb): Promise<void> => {
  for (const [i, each] of climb.tried.entries())
    if (!climb.accepted && passes(each) && !each.judged) climb.tried[i] = await examined(climb, each);
};

const tellFit = (climb: Climb, each: Tried): ToldRung => {
  const { fit } = each;
  const state = each === climb.accepted ? "accepted" : passes(each) ? "passed" : "failed";
  const { method, gradients, seconds, khat, elbo, elboSe } = fit;
  return { method, state, gradients, seconds, khat, elbo, elboSe, why: whyOf(each, climb.check) };
};

const ladderOf = (climb: Climb, best: Tried, began: number): Ladder => {
  const { purse, told, tried, check } = climb;
  const missed = best.judged?.coverage?.perRegion;
  const regions = check?.told.regions.map((region, r) => (missed ? { ...region, missed: missed[r] } : region)) ?? [];
  const checked: IndependentCheck | undefined = check && { ...check.told, regions };
  return {
    budget: purse.budget,
    gradients: purse.spent(),
    seconds: (performance.now() - began) / 1000,
    rungs: told.map((rung) => {
      const each = tried.find(({ fit }) => rung.method === fit.method && rung.state === "passed");
      return each ? tellFit(climb, each) : rung;
    }),
    ...(checked && { check: checked }),
    accepted: climb.accepted !== undefined,
  };
};

/**
 * Whether the climb is over: a fit was accepted, or none can be, since the chains cannot vouch for any. Then one that k-hat lets pass is all
 * that can be had, and one dear guide is the most that is tried for it. Nor is another dear one tried where the chains know too little to
 * tell whether the last is right: of several, that would be to take the one which their errors happen to suit.
 */
const isOver = ({ accepted, check, tried }: Climb, dearTried: boolean): boolean => {
  const isUnsure = ({ judged }: Tried): boolean => judged?.agrees === true && !judged.sure;
  const doubtful = check?.told.doubt !== undefined;
  return accepted !== undefined || (doubtful ? dearTried || tried.some(passes) : dearTried && tried.some(isUnsure));
};

/** Why a rung that could help was not tried. */
const leftOut = "the chains cannot vouch for any guide, or know too little to tell a better one";

/**
 * Climbs from cheap guides to rich ones until one passes k-hat and an independent check agrees with it, within a budget of gradients;
 * the fit of the rung that was accepted, or that came closest.
 * @throws FluvialError where the posterior is improper along a coordinate, and where no rung could be fitted.
 */
export const climbLadder = async <L>(ground: Ground<L>, options: FitOptions): Promise<Fit<L>> => {
  const began = performance.now();
  const purse = purseOf(options.budget ?? defaultBudget);
  const { gradient, count } = counting(ground.gradient());
  checkProper(ground as Ground<unknown>, gradient, foldHostKey(verbKey("ladder", options.seed ?? 0), -1));
  purse.pay(count());
  const climb: Climb = { ground: ground as Ground<unknown>, options, purse, tried: [], told: [] };
  const waiting = [...rungs];
  const next = (): Rung | undefined => waiting.find((rung) => rung.skip(knownIn(climb)) === undefined);
  let dearTried = false;
  while (!isOver(climb, dearTried)) {
    const rung = next();
    // Before anything dear, and where nothing else is left, what the posterior is like: of several parts, or beyond short chains.
    if (!climb.check && (rung?.dear || (!rung && climb.tried.length > 0))) {
      await checkOf(climb);
      await secondLook(climb);
      continue;
    }
    if (!rung) break;
    waiting.splice(waiting.indexOf(rung), 1);
    dearTried ||= rung.dear === true;
    const each = await fitRung(climb, rung);
    if (!each) continue;
    const looked = isGood(each) || (climb.check?.told.doubt && passes(each)) ? await examined(climb, each) : each;
    climb.tried.push(looked);
    climb.told.push({ ...tellFit(climb, looked), state: passes(looked) ? "passed" : "failed" });
    if (rung.dear) await secondLook(climb);
  }
  if (!climb.accepted) await secondLook(climb);
  for (const rung of waiting) {
    const why = rung.skip(knownIn(climb)) ?? (climb.accepted ? undefined : leftOut);
    if (why) climb.told.push({ method: rung.name, state: "skipped", gradients: 0, seconds: 0, why });
  }
  if (climb.tried.length === 0) noneFitted(climb);
  const best = climb.accepted ?? climb.tried.reduce(better);
  const ladder = ladderOf(climb, best, began);
  const fitted = {
    ...best.fit,
    ladder,
    verdict: ladderVerdict(best, climb.check, climb.accepted !== undefined),
    gradients: ladder.gradients,
    seconds: ladder.seconds,
    options: { ...best.fit.options, budget: purse.budget },
  };
  return { ...fitted, summary: () => fitSummary(fitted) } as Fit<L>;
};

/** @throws FluvialError saying what every rung came to. */
const noneFitted = ({ told, purse, ground }: Climb): never =>
  fail(
    `fit: guide "auto": no rung could be fitted to ${ground.conditioned.model} within ${purse.budget} gradients: ${told
      .filter(({ state }) => state === "failed" || told.every((each) => each.state === "skipped"))
      .map(({ method, why }) => `${method}: ${why}`)
      .join("; ")}`,
  );
